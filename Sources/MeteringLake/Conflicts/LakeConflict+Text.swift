internal import BedrockMetering

extension LakeConflict {
    /// `2025-12-07: tenant acme, request 0b54c2d7-5f5a-4c09-9d5f-6f9d2c1b7a11`.
    package var name: String {
        "\(day): tenant \(tenant.rawValue), request \(request.rawValue)"
    }

    /// The call, what became of it, and its versions side by side.
    package func text(in lake: String) -> String {
        var text = TerminalText.lines(["\(name): \(state(in: lake))"])
        guard !versions.isEmpty else { return text }
        var table = TextTable([
            "", "version", "counts", "time", "user", "model", "input", "output", "cache_read",
            "cache_write", "total", "where",
        ])
        table.alignsRight = [0, 6, 7, 8, 9, 10]
        for (index, version) in versions.enumerated() {
            let (record, tokens) = (version.record, version.record.tokens)
            table.rows.append([
                "\(index + 1)", version.mark, counts(version) ? "yes" : "no", "\(record.time)",
                record.user.rawValue, record.model.rawValue,
                "\(tokens.input)", "\(tokens.output)", "\(tokens.cacheRead)",
                "\(tokens.cacheWrite)",
                "\(tokens.total)", version.place.map(\.text) ?? "unknown",
            ])
        }
        text += table.text()
        if hasMore { text += "and more versions, which are not kept\n" }
        return text
    }

    private func state(in lake: String) -> String {
        guard let decision else {
            return versions.isEmpty
                ? "in conflict, its versions are not kept; "
                    + ShellWord.command(["rebuild", "--day", "\(day)"], lake: lake) + " lists them"
                : "in conflict, not decided; the largest counts until then"
        }
        let since = isOpen ? "another version has come since it was" : ""
        let reason = decision.decision.reason.map { ": \($0)" } ?? ""
        return "\(since.isEmpty ? "" : "in conflict, \(since) ")decided at "
            + "\(decision.time) by fact \(decision.sequence)\(reason)"
    }

    package func json() -> String {
        JSONText.object([
            ("day", JSONText.quoted(day.description)),
            ("tenant_id", JSONText.quoted(tenant.rawValue)),
            ("request_id", JSONText.quoted(request.rawValue)),
            ("open", String(isOpen)),
            ("decided", decision.map { JSONText.quoted("\($0.time)") } ?? "null"),
            ("fact", decision.map { String($0.sequence) } ?? "null"),
            ("reason", decision?.decision.reason.map { JSONText.quoted($0) } ?? "null"),
            ("more", String(hasMore)),
            (
                "versions",
                JSONText.array(versions.enumerated().map { json($0.element, $0.offset + 1) })
            ),
        ])
    }

    private func json(_ version: CallVersion, _ number: Int) -> String {
        let place = version.place
        var members: [(name: String, json: String)] = [
            ("number", String(number)), ("version", JSONText.quoted(version.mark)),
            ("counts", String(counts(version))),
        ]
        members += VersionMembers.members(of: version.record)
        members.append(("object", place.map { JSONText.quoted($0.object) } ?? "null"))
        members.append(("line", place.map { String($0.line) } ?? "null"))
        return JSONText.object(members)
    }
}
