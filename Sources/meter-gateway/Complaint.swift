#if Gateway
    import BedrockMetering
    import Foundation

    /// What the command says to people, on standard error.
    enum Complaint {
        static func write(_ text: String) {
            try? FileHandle.standardError.write(
                contentsOf: Data("meter-gateway: \(TerminalText.visible(text))\n".utf8))
        }
    }
#endif
