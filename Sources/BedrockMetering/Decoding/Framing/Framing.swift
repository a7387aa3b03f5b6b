/// What tells an object's events apart, as far as the object has shown it.
enum Framing {
    /// Nothing but blank lines and text so far.
    case undecided
    /// Lines of an export task.
    case exportLines(ExportLineFramer)
    /// JSON documents and text lines, one after another.
    case documents
    /// Inside the `logEvents` of a CloudWatch document.
    case logEvents(LogEventFramer)
    /// Inside a document that is longer than an event may be.
    case longDocument(LongDocumentFramer)

    /// How far a framer came.
    enum Progress {
        /// What has been taken is to be handed on first.
        case batchIsFull
        case needsInput
        /// What it frames has ended.
        case isOver(before: Framing)
    }
}
