#compdef flagstone
# Completions of flagstone for zsh. The words come from flagstone itself, so they know its golden
# paths, versions, parameters and choices.
_flagstone() {
    local line value
    local -a whole begun
    for line in ${(f)"$(${words[1]} __complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"}; do
        value=${line%%$'\t'*}
        case $value in
            (//files) _files ;;
            (//folders) _files -/ ;;
            (*[=@]) begun+=("${value//:/\\:}:${line#*$'\t'}") ;;
            (*) whole+=("${value//:/\\:}:${line#*$'\t'}") ;;
        esac
    done
    (( $#whole )) && _describe flagstone whole
    (( $#begun )) && _describe flagstone begun -S ''
}
if [[ ${funcstack[1]} == _flagstone ]]; then
    _flagstone "$@"
else
    compdef _flagstone flagstone
fi
