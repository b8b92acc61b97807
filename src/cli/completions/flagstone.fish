# Completions of flagstone for fish. The words come from flagstone itself, so they know its golden
# paths, versions, parameters and choices.
function __flagstone_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case //files
                __fish_complete_path "$current"
            case //folders
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c flagstone -f -a '(__flagstone_complete)'
