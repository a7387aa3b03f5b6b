#if Commands
    #if canImport(Glibc)
        // Declared by malloc.h, which the Glibc module leaves out.
        @_silgen_name("mallopt") private func mallopt(_ parameter: Int32, _ value: Int32) -> Int32
    #endif

    /// How this process allocates memory.
    enum Allocator {
        /// Keeps freed memory for what is needed next, where glibc would give it back to the system and
        /// have it cleared again: three in five page faults of an ingest of 30 days, and half of its
        /// time in the system. Who holds much gives it back when it should.
        static func keepFreedMemory() {
            #if canImport(Glibc)
                let (trimThreshold, mmapThreshold): (Int32, Int32) = (-1, -3)
                _ = mallopt(trimThreshold, 1 << 30)
                // The most that it takes.
                _ = mallopt(mmapThreshold, 32 << 20)
            #endif
        }
    }
#endif
