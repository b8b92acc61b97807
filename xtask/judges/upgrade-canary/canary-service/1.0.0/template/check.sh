test -s greeting.txt
