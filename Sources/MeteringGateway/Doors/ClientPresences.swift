internal import NIOCore
internal import Synchronization

/// Which connections' clients are still there.
final class ClientPresences: Sendable {
    private let presences = Mutex<[ObjectIdentifier: ClientPresence]>([:])

    func presence(of channel: any Channel) -> ClientPresence {
        presences.withLock { $0[ObjectIdentifier(channel)] } ?? ClientPresence()
    }

    fileprivate func add(_ channel: any Channel) -> ClientPresence {
        let presence = ClientPresence()
        presences.withLock { $0[ObjectIdentifier(channel)] = presence }
        return presence
    }

    fileprivate func remove(_ channel: any Channel) {
        presences.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}

/// Sees a connection's end as soon as the system does. The server itself learns of it only when it writes,
/// which for a plain answer is too late.
final class PresenceHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let presences: ClientPresences
    private var presence: ClientPresence?

    init(_ presences: ClientPresences) {
        self.presences = presences
    }

    func handlerAdded(context: ChannelHandlerContext) {
        presence = presences.add(context.channel)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { presence?.leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        presence?.leave()
        presences.remove(context.channel)
        context.fireChannelInactive()
    }
}
