/// Takes what a decoder finds in objects, batch by batch.
///
/// What came since the last commit belongs to one object. The decoder commits it once the object
/// has been read to its end, and rolls it back where the object turns out to be damaged.
public protocol UsageSink: ~Copyable {
    /// Takes the records of a batch, at least one.
    mutating func consume(_ batch: borrowing UsageBatch)
    /// Takes a line that was rejected.
    mutating func reject(_ line: RejectedLine)
    /// Keeps what came since the last commit.
    mutating func commit()
    /// Forgets what came since the last commit.
    mutating func rollback()
}
