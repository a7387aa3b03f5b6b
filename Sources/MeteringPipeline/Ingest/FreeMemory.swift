#if canImport(Glibc)
    // Declared by malloc.h, which the Glibc module leaves out.
    @_silgen_name("malloc_trim") private func malloc_trim(_ pad: Int) -> Int32
#endif

/// Memory that this process has freed and not given back to the system.
enum FreeMemory {
    /// Gives it back, so that a step of a run does not come on top of the one before.
    static func giveBack() {
        #if canImport(Glibc)
            _ = malloc_trim(0)
        #endif
    }
}
