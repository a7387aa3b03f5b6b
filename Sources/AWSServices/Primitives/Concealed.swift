/// A value that holds secrets: no description and no mirror shows anything of it.
package protocol Concealed: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{}

extension Concealed {
    /// The name of its type.
    package var description: String { "\(Self.self)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
