/// Where a run puts the lines that it rejects.
package struct RejectKeeper: Sendable {
    private let lake: Lake
    private let spool: RejectSpool
    /// Objects that the lake has kept itself, whose rejects are recorded and not written again.
    private let kept: Set<StoredObject>

    package init(in lake: Lake, without kept: [StoredObject]) {
        self.lake = lake
        self.kept = Set(kept)
        spool = RejectSpool(of: lake.root) { () throws(PipelineError) in
            try lake.scratch(.staging).namelessFile()
        }
    }

    package func file(of object: StoredObject) -> RejectFile {
        RejectFile(of: object, in: lake, spool: spool, isKept: kept.contains(object))
    }
}
