/// What is to be said beside the rows, as members of the report's JSON.
extension UsageReport {
    var noteMembers: [(name: String, json: String)] {
        var members: [(String, String)] = []
        if query.prices != nil {
            let models = unpriced.map { model in
                JSONText.object([
                    ("model_id", JSONText.quoted(model.model.rawValue)),
                    ("request_count", String(model.requests)),
                ])
            }
            members.append(("unpriced_models", JSONText.array(models)))
        }
        members.append(("total_difference", Self.json(totalDifference)))
        if let notes { members += notes.members }
        return members + [
            ("complete", String(isComplete)),
            ("notes", JSONText.array(noteLines.map { JSONText.quoted($0.text) })),
        ]
    }

    private static func json(_ difference: TotalDifference) -> String {
        JSONText.object([
            ("rows_with_more", String(difference.more.rows)),
            ("more_tokens", String(difference.more.tokens)),
            ("rows_with_fewer", String(difference.fewer.rows)),
            ("fewer_tokens", String(difference.fewer.tokens)),
        ])
    }
}

extension ReportNotes {
    fileprivate var members: [(name: String, json: String)] {
        [
            ("finality_not_known", Self.json(finalityNotKnown)),
            ("no_data", Self.json(missing)),
            ("no_data_yet", Self.json(pending)),
            ("days_of_lake", daysOfLake.map(Self.json) ?? "null"),
            (
                "unknown_tenants",
                JSONText.array(unknownTenants.map { JSONText.quoted($0.rawValue) })
            ),
            ("open_rejects", Self.json(counts.rejects)),
            ("conflicts", Self.json(counts.conflicts)),
            ("conflicts_not_listed", Self.json(conflictsNotListed)),
            ("ambiguous", Self.json(counts.ambiguous)),
            ("counts_not_known", Self.json(countsNotKnown)),
            ("reject_files", String(rejectFiles)),
            ("not_read", Self.json(unread)),
            ("in_doubt", Self.json(inDoubt)),
            ("changed_elsewhere", Self.json(changedElsewhere)),
        ]
    }

    private static func json(_ files: [Unread]) -> String {
        JSONText.array(
            files.map { file in
                JSONText.object([
                    ("location", JSONText.quoted(file.location)),
                    ("reason", JSONText.quoted(file.reason)),
                ])
            })
    }

    private static func json(_ days: [UsageDay]) -> String {
        JSONText.array(days.map { JSONText.quoted($0.description) })
    }

    private static func json(_ number: Int?) -> String { number.map { String($0) } ?? "null" }

    private static func json(_ text: String?) -> String {
        text.map { JSONText.quoted($0) } ?? "null"
    }
}
