/// How lines are put together that a container runtime has cut into pieces: each is one event, which lies
/// where its first piece does, and a piece alone is none.
extension EventDecider {
    /// Takes the event in `start..<end` where it is a piece of a line, or ends one; returns whether it is.
    mutating func takePiece(
        from start: Int, to end: Int, envelopeTime: Int64?, eventStart: Int, line: Int
    ) -> Bool {
        let text = window.text.bytes
        guard !isLine, start < end, ContainerLine.mayBegin(with: text.byte(at: start)) else {
            return false
        }
        let place = PartialLine(
            [], time: envelopeTime ?? enclosing?.time, line: enclosed(line),
            byteOffset: placeInObject(eventStart))
        if let header = ContainerLine.header(text, from: start, to: end) {
            return takePiece(header, from: start, to: end, place)
        }
        guard let piece = ContainerLine.dockerLine(text, from: start, to: end) else { return false }
        return takePiece(piece, place)
    }

    private mutating func takePiece(
        _ header: ContainerLine.Header, from start: Int, to end: Int, _ place: PartialLine
    ) -> Bool {
        let index = header.stream.rawValue
        guard header.isPartial || partialLines[index] != nil else { return false }
        var partial: PartialLine
        if let begun = partialLines[index] {
            partial = begun
        } else {
            var head = window.bytes(from: start, to: header.textStart)
            if head.last != 0x20 { head.append(0x20) }
            partial = PartialLine(
                head, time: place.time, line: place.line, byteOffset: place.byteOffset)
            partial.flag = header.flag - start
        }
        partialLines[index] = nil
        var end = end
        while end > header.textStart, window.memory[end - 1] == 0x0a { end -= 1 }
        partial.add(window.memory[header.textStart..<end], limit: limits.maximumLineSize)
        if header.isPartial { partialLines[index] = partial } else { finish(partial) }
        return true
    }

    /// Docker does not mark pieces: they have no line end, and fill its buffer. Where a shorter one without
    /// a line end stops within JSON, the rest is waited for as well.
    private mutating func takePiece(
        _ piece: ContainerLine.DockerLine, _ place: PartialLine
    ) -> Bool {
        let index = piece.stream.rawValue
        if let begun = partialLines[index],
            ContainerLine.completeness(of: piece.text) == .whole
        {
            // The rest never came, and this is a line of its own.
            partialLines[index] = nil
            giveUp(begun)
        }
        guard var partial = partialLines[index] else {
            guard !piece.hasEnd,
                piece.fillsBuffer || ContainerLine.completeness(of: piece.text) == .cut
            else { return false }
            var partial = PartialLine(
                [], time: piece.time ?? place.time, line: place.line,
                byteOffset: place.byteOffset)
            partial.add(piece.text, limit: limits.maximumLineSize)
            partialLines[index] = partial
            return true
        }
        partialLines[index] = nil
        partial.add(piece.text, limit: limits.maximumLineSize)
        if !piece.fillsBuffer { partial.shortPieces += 1 }
        let goesOn =
            !piece.hasEnd
            && (piece.fillsBuffer
                || partial.shortPieces < PartialLine.maximumShortPieces
                    && ContainerLine.completeness(of: partial.bytes) == .cut)
        if goesOn { partialLines[index] = partial } else { finish(partial) }
        return true
    }

    /// Has a line decided that is put together.
    private mutating func finish(_ partial: PartialLine) {
        guard partial.bytes.count <= limits.maximumLineSize else {
            return reject(partial, .lineTooLong)
        }
        var partial = partial
        // The whole line is read as one that was never cut.
        if let flag = partial.flag { partial.bytes[flag] = 0x46 }
        payloads.append(
            Payload(
                bytes: partial.bytes, time: partial.time, line: partial.line,
                byteOffset: partial.byteOffset, isLine: true))
    }

    /// Counts the lines whose ends the object lacks.
    mutating func giveUpPartialLines() {
        let begun = partialLines.compactMap(\.self)
        partialLines = Self.noPartialLines
        for partial in begun.sorted(by: { $0.byteOffset < $1.byteOffset }) { giveUp(partial) }
    }

    private mutating func giveUp(_ partial: PartialLine) {
        guard partial.mayBearUsage else { return counts.foreign += 1 }
        reject(partial, .unfinishedLine)
    }

    private mutating func reject(_ partial: PartialLine, _ reason: RejectionReason) {
        counts.rejected += 1
        rejected.append(
            RejectedLine(
                number: partial.line, byteOffset: partial.byteOffset, reason: reason,
                time: partial.time.map { EventTime(microseconds: $0) },
                bytes: Array(partial.bytes.prefix(limits.maximumLineSize))))
    }

    static var noPartialLines: [PartialLine?] {
        Array(repeating: nil, count: ContainerLine.Stream.allCases.count)
    }
}
