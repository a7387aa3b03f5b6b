import Testing

@testable import AWSServices

@Suite struct CommandWordsTests {
    @Test(arguments: [
        ("tool --a b", ["tool", "--a", "b"]),
        ("  tool\t\n a ", ["tool", "a"]),
        (#"'/opt/my tool' "a b"c '' "#, ["/opt/my tool", "a bc", ""]),
        (#"/opt/my\ tool a\"b "c\"d\\e\f" 'g\h'"#, ["/opt/my tool", "a\"b", #"c"d\e\f"#, #"g\h"#]),
        (
            "tool $HOME `id` | cat > x; y & *",
            [
                "tool", "$HOME", "`id`", "|", "cat", ">", "x;", "y", "&", "*",
            ]
        ),
        (#"tool 한\"#, nil), ("tool 'open", nil), ("tool \"open'", nil), ("", []),
    ])
    func `a command is split as a shell splits it, and nothing else is done to it`(
        command: String, words: [String]?
    ) {
        #expect(CommandWords.words(of: command) == words)
    }
}
