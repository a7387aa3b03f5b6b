extension ReportColumn {
    /// The value of a report's totals; none for keys, and where a sum does not fit 63 bits.
    func total(of report: UsageReport) -> Value {
        report.totals.map { measure(of: $0, report.totalCost) } ?? .none
    }
}
