/// How the events of a CloudWatch document are decided.
extension EventDecider {
    /// Whether the log event at the window's start, which ends at `end`, may hold usage outside its message.
    func holdsUsageBeside(_ event: LogEnvelope.LogEvent, to end: Int) -> Bool {
        let text = window.text.bytes
        return UsageHints.mayHoldUsage(text, from: window.start, to: event.message.start)
            || UsageHints.mayHoldUsage(text, from: event.message.end, to: end)
    }

    /// Decides the message of a log event, unescaping it in place, and moves on to `next`.
    mutating func decide(_ event: LogEnvelope.LogEvent, eventStart: Int, next: Int) {
        let nextLine = lineNumber(at: next)
        let seed = HashSeed.process
        let id = seed.hash(
            window.text.bytes, from: event.id.start, size: event.id.end - event.id.start)
        let firstRow = batch.rows.count
        let end =
            event.message.hasEscapes
            ? JSONString.unescape(
                window.memory, from: event.message.start, to: event.message.end
            ) : event.message.end
        decide(
            from: event.message.start, to: end, envelopeTime: event.time, eventStart: eventStart,
            isUnescaped: true, next: next, nextLine: nextLine
        )
        for index in firstRow..<batch.rows.count {
            let record = batch.rows[index].hash(window.text.bytes, seed)
            if eventIDs.isRepeat(record: record, under: id) { batch.rows[index].mayRecur = true }
        }
    }
}
