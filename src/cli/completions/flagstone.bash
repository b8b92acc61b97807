# Completions of flagstone for bash. The words come from flagstone itself, so they know its golden
# paths, versions, parameters and choices.
_flagstone() {
    local candidate
    COMPREPLY=()
    # The whole line, because bash cuts words at `=`, `:` and `@`.
    while IFS=$'\t' read -r candidate _; do
        case $candidate in
            //files) compopt -o default 2>/dev/null ;;
            //folders) compopt -o dirnames 2>/dev/null ;;
            *) COMPREPLY+=("$candidate") ;;
        esac
    done < <("$1" __complete --line "${COMP_LINE:0:COMP_POINT}" --breaks "$COMP_WORDBREAKS" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=@] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _flagstone flagstone
