# What `make help` prints of the Makefile: groups (##@), targets (##), variables (#|).
function show_variables(    words, count, line, i) {
    count = split(names, words, " ")
    line = ""
    for (i = 1; i <= count; i++) {
        if (length(line) + length(words[i]) > 58) {
            printf "%22s%s\n", "", line
            line = ""
        }
        line = line (line == "" ? "" : " ") words[i]
    }
    if (line != "") printf "%22s%s\n", "", line
    names = ""
}
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^#\| / { names = names " " substr($0, 4) }
/^[a-z-]+:.*## / {
    target = $0; sub(/:.*/, "", target)
    text = $0; sub(/.*## /, "", text)
    printf "  make %-14s %s\n", target, text
    show_variables()
}
END { print "\nVariables stand behind the command: make run PORT=8000. README tells what each is." }
