/// A text cut into literal bytes and repeats, in order.
struct DeflateSteps {
    let text: UnsafeRawBufferPointer
    let repeats: UnsafeBufferPointer<Repeat>

    /// A place between two steps, or between two literals.
    struct Place {
        var offset = 0
        /// The first repeat that begins there or later.
        var nextRepeat = 0
    }

    func isEnd(_ place: Place) -> Bool { place.offset == text.count }

    /// Goes over at least `size` bytes, or to the end; returns where the next steps begin.
    ///
    /// - Parameter literals: called with bytes that are no repeat, perhaps none.
    /// - Parameter repeated: called with a repeat's length and distance.
    @inline(__always)
    func walk(
        from start: Place, size: Int,
        literals: (UnsafeRawBufferPointer) -> Void,
        repeated: (_ length: Int, _ distance: Int) -> Void
    ) -> Place {
        var place = start
        let end = min(text.count, start.offset + size)
        while place.offset < end {
            guard place.nextRepeat < repeats.count, repeats[place.nextRepeat].position < end else {
                literals(UnsafeRawBufferPointer(rebasing: text[place.offset..<end]))
                place.offset = end
                break
            }
            let next = repeats[place.nextRepeat]
            precondition(
                next.isSound(from: place.offset, to: text.count),
                "a repeat overlaps the one before it, or reaches out of the text"
            )
            literals(
                UnsafeRawBufferPointer(rebasing: text[place.offset..<Int(next.position)])
            )
            repeated(Int(next.length), Int(next.distance))
            place.offset = next.end
            place.nextRepeat &+= 1
        }
        return place
    }
}
