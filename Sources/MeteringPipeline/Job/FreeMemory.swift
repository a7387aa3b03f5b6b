#if canImport(Glibc)
    // Declared by malloc.h, which the Glibc module leaves out.
    @_silgen_name("malloc_trim") private func malloc_trim(_ pad: Int) -> Int32
    @_silgen_name("mallopt") private func mallopt(_ parameter: Int32, _ value: Int32) -> Int32
#endif

/// Memory that this process has freed and not given back to the system.
enum FreeMemory {
    /// Gives it back, so that a step of a run does not come on top of the one before.
    static func giveBack() {
        #if canImport(Glibc)
            _ = malloc_trim(0)
        #endif
    }

    /// From now on gives back large pieces at once, as long as the process lives.
    ///
    /// Otherwise glibc keeps them once some were freed, in pieces that do not fit what is needed next:
    /// a backfill of ten million lines over 60 days took 103 MiB, of which 53 were in use. A page that
    /// is given back costs being cleared when it is needed again, about an eighth of that run.
    static func keepLittle() {
        #if canImport(Glibc)
            let mmapThreshold: Int32 = -3
            _ = mallopt(mmapThreshold, 1 << 18)
        #endif
    }
}
