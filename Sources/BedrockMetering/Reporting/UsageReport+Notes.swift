extension UsageReport {
    /// Whether no money is known to be missing or in doubt.
    package var isComplete: Bool { !noteLines.contains { $0.isDoubt } }

    /// All that is to be said beside the rows, in the order in which it is shown.
    package var noteLines: [ReportNote] {
        totalNotes + priceNotes + (notes?.lines(of: query) ?? []) + finalityNotes
    }

    /// The same for a CSV file, which has no totals, as lines that begin with `#`.
    package var comments: [String] {
        var lines = noteLines.map(\.text)
        if let whole, isCut {
            let totals = whole.totals.map { sum in
                "; all come to \(Counted.text(sum.requests, "call", "calls")) and "
                    + Counted.text(sum.tokens.total, "token", "tokens")
            }
            let all = Counted.text(whole.rows, "row is", "rows are")
            lines.insert(
                "\(Counted.digits(rows.count)) of \(all) shown\(totals ?? "")", at: 0)
        }
        return lines.map { "# \($0)" }
    }

    // MARK: What the rows themselves tell

    /// By how much logged totals are not the sums of their parts.
    struct TotalDifference {
        /// The rows whose totals are larger, and by how many tokens together.
        var more = (rows: 0, tokens: Int128(0))
        /// The rows whose totals are smaller.
        var fewer = (rows: 0, tokens: Int128(0))

        mutating func add(_ difference: Int128) {
            if difference > 0 {
                more.rows += 1
                more.tokens += difference
            } else if difference < 0 {
                fewer.rows += 1
                fewer.tokens -= difference
            }
        }
    }

    var totalDifference: TotalDifference {
        var difference = TotalDifference()
        for row in rows { difference.add(Self.difference(row.tokens)) }
        return difference
    }

    private static func difference(_ tokens: TokenCounts) -> Int128 {
        let parts = [tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite]
        return parts.reduce(Int128(tokens.total)) { $0 - Int128($1) }
    }

    /// Where logged totals are not the sums of their parts, and where the total of all is not known.
    private var totalNotes: [ReportNote] {
        let sum = "than input, output and cache tokens add up to"
        let difference = totalDifference
        var texts = [(difference.more, "more"), (difference.fewer, "fewer")]
            .filter { $0.0.rows > 0 }
            .map { part, word in
                "total_tokens is as logged: in \(Counted.text(part.rows, "row", "rows")) "
                    + "\(Counted.digits(part.tokens)) \(word) \(sum)"
            }
        if let tokens = whole?.totals?.tokens, isCut, Self.difference(tokens) != 0 {
            let tokens = Self.difference(tokens)
            texts.append(
                "total_tokens of all is as logged: \(Counted.digits(tokens.magnitude)) "
                    + "\(tokens > 0 ? "more" : "fewer") \(sum)")
        }
        if let logged = lines?.events.totalMismatches, logged > 0 {
            texts.append(
                "\(Counted.text(logged, "line was", "lines were")) logged with another total "
                    + sum)
        }
        if whole == nil {
            texts.append(
                "more than these \(Counted.text(rows.count, "row", "rows")) may be there, and what "
                    + "all come to is not known here")
        }
        return texts.map { ReportNote($0) }
    }

    private var priceNotes: [ReportNote] {
        guard let cost = whole?.cost ?? totalCost, cost.unpricedRequests > 0 else { return [] }
        let models = unpriced.map {
            "\(TerminalText.name($0.model.rawValue)) (\(Counted.text($0.requests, "call", "calls")))"
        }
        let named = unpriced.reduce(0) { $0 + $1.requests }
        var text = "no price: \(models.joined(separator: ", "))"
        if named < cost.unpricedRequests {
            let others = Counted.text(cost.unpricedRequests - named, "call", "calls")
            text =
                models.isEmpty
                ? "no price: \(others) of models that --by model names" : "\(text), and \(others)"
        }
        return [ReportNote(text, isDoubt: true)]
    }

    /// How final the days are.
    private var finalityNotes: [ReportNote] {
        let states = [Day.State.provisional, .closed].compactMap { state in
            let days = (days ?? []).filter { $0.state == state }
            return days.isEmpty ? nil : "\(state.rawValue): \(DayRanges.text(days))"
        }
        let reason = notes?.finalityNotKnown.map { "finality: not known here: \($0)" }
        return (states + [reason].compactMap(\.self)).map { ReportNote($0) }
    }
}
