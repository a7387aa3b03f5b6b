/// A line beside a report's rows.
package struct ReportNote: Sendable, Hashable {
    /// Nothing in it steers a terminal.
    package let text: String
    /// Whether money is missing, or in doubt.
    package let isDoubt: Bool

    init(_ text: String, isDoubt: Bool = false) {
        self.text = TerminalText.visible(text)
        self.isDoubt = isDoubt
    }
}
