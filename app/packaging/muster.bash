# bash completion for muster: commands and options as the program itself knows
# them, else files.
_muster() {
  local cur=${COMP_WORDS[COMP_CWORD]} command="" word words
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
    run | members | simulate | status | drain | undrain | certs) command=$word ;;
    esac
  done
  case $cur in
  -*)
    # shellcheck disable=SC2086
    words=$(muster $command --help-all 2>/dev/null | grep -oE -- '--[a-z-]+')
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    ;;
  *)
    if [ -z "$command" ]; then
      words="run members simulate status drain undrain certs"
      mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    fi
    ;;
  esac
}
complete -o default -F _muster muster
