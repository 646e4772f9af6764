// What completes a word asks the command itself, so a script never goes stale. Where nothing is named, files are offered.

const BASH = `
_volley() {
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(volley __complete "\${words[@]}" 2>/dev/null)
}
complete -o default -F _volley volley
`;

const ZSH = `
#compdef volley
_volley() {
  local -a found
  found=("\${(@f)$(volley __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${#found[@]} )) && [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _volley volley
`;

const FISH = `
function __volley_complete
  set -l words (commandline -opc) (commandline -ct)
  volley __complete $words[2..-1] 2>/dev/null
end
complete -c volley -a '(__volley_complete)'
`;

export const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
