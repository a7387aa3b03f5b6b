internal import BedrockMetering

/// Reads one day of a lake for a report.
struct LakeDayReader {
    let day: UsageDay
    let lake: Lake
    /// Calls in conflict that the lake lists, and what was decided of them.
    let conflicts: ConflictBook
    /// The day as it was recorded before the file is read; nil where it was not.
    let recorded: LedgerDay?

    /// Adds up the rows of the day's file and the records at `references`, each call once.
    ///
    /// - Parameter ahead: where to take the file from, if the lake is not on this machine.
    /// - Returns: what it met where it had to merge the two, and the file that was read, if there was one.
    /// - Throws: ``PipelineError`` or ``ExportDecodingError``; `days` has to be rolled back then.
    func read(
        _ file: DayFile?, with references: [UsageMerger.Reference],
        of snapshot: UsageMerger.Snapshot, ahead: inout DaysAhead,
        into days: inout DayFileAggregator
    ) async throws -> (met: Met?, read: ReadDayFile?) {
        days.begin(day)
        guard references.isEmpty else {
            return try await merge(file, with: references, of: snapshot, into: &days)
        }
        guard let file else { return (nil, nil) }
        let read: ReadDayFile
        switch file.format {
        case .json where lake.isLocal:
            read = try add(linesOf: try DayCopy(opening: file, from: lake.stores.local), to: &days)
        case .json:
            var body: (any ObjectBody)?
            if case .lines(let lines) = try await ahead.take(file) { body = lines }
            let (counts, version) = try await lake.stores.decode(
                file.object, from: body, limits: .dayFiles, into: &days)
            guard days.keep(counts) else { throw file.damage }
            read = ReadDayFile(file: file, version: version, checksum: nil)
        case .parquet:
            let rows: ParquetDay
            if !lake.isLocal, case .columns(let columns) = try await ahead.take(file) {
                rows = try ParquetDay(columns)
                read = ReadDayFile(file: file, version: columns.version, checksum: nil)
            } else {
                let copy = try DayCopy(opening: file, from: lake.stores.local)
                rows = try ParquetDay(copy)
                read = try copy.asRead(recorded: recorded)
            }
            let fields = days.fields
            for rowGroup in 0..<rows.rowGroups {
                try add(try rows.columns(fields, ofRowGroup: rowGroup), of: file, to: &days)
            }
            days.keep()
        }
        return (nil, read)
    }

    /// Adds up a file of JSON lines on this machine, all of whose bytes have to be read.
    private func add(
        linesOf copy: DayCopy, to days: inout DayFileAggregator
    ) throws -> ReadDayFile {
        var session = DecodingSession(named: copy.file.object.name, limits: .dayFiles)
        var chunks = ObjectChunks(of: copy.bytes)
        var running = RunningChecksum()
        do {
            while let chunk = try chunks.next() {
                running.add(chunk)
                try session.feed(chunk.bytes, into: &days)
            }
        } catch {
            days.rollback()
            throw error
        }
        guard days.keep(try session.finish(into: &days)) else { throw copy.file.damage }
        return ReadDayFile(file: copy.file, version: copy.version, checksum: running.finish())
    }

    /// Calls in conflict, and ambiguous lines.
    struct Met {
        var contested: [CallConflict]
        var ambiguous: Int
    }

    private func merge(
        _ file: DayFile?, with references: [UsageMerger.Reference],
        of snapshot: UsageMerger.Snapshot, into days: inout DayFileAggregator
    ) async throws -> (met: Met?, read: ReadDayFile?) {
        var merge = snapshot.merge(
            references, into: day, knowing: try await conflicts.known(on: day))
        let copy: DayCopy? =
            if let file { try await lake.copy(of: file, in: .temporary) } else { nil }
        try add(&merge, reading: copy, to: &days)
        if !merge.isSettled {
            merge = merge.again()
            days.rollback()
            days.begin(day)
            try add(&merge, reading: copy, to: &days)
        }
        if let file, !merge.outcome.presentIsInOrder { throw file.damage }
        days.keep()
        let met = Met(
            contested: merge.conflicts(), ambiguous: merge.outcome.duplicates.ambiguous)
        return (met, try copy?.asRead(recorded: recorded))
    }

    private func add(
        _ merge: inout DayMerge, reading copy: DayCopy?, to days: inout DayFileAggregator
    ) throws {
        var present = try copy?.reader()
        var isComplete = false
        while !isComplete {
            isComplete = try present?.readMore(into: &merge) != true
            while let columns = merge.nextColumns(isComplete: isComplete) {
                try add(columns, of: copy?.file, to: &days)
            }
        }
    }

    private func add(
        _ columns: UsageColumns, of file: DayFile?, to days: inout DayFileAggregator
    ) throws(PipelineError) {
        if !days.consume(columns), let file { throw file.damage }
    }
}
