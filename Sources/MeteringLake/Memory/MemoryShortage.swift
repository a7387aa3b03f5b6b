/// An object that holds more than there is memory for.
package struct MemoryShortage: Error, CustomStringConvertible {
    /// Whether it may have enough once no other object is read beside it.
    let mayPassAlone: Bool

    package var description: String {
        "its usage lines and names take more than half of the memory for records until it is known to be "
            + "whole, and none of it was taken; meter-etl ingest takes it with a larger --memory"
    }
}
