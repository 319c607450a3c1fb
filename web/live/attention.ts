/** What waits for who looks, as all pages show it: from the socket. */
import {useSyncExternalStore} from 'react'
import type {AttentionNews, LiveMessage} from '#model/live.ts'
import {Signal} from '../lib/signal.ts'
import {liveSocket, type LiveSocket, type Subscriber} from './socket.ts'

const nothing: AttentionNews = {type: 'attention', clock: null, alerts: [], needs: []}

class LiveAttention implements Subscriber {
  readonly changes = new Signal()
  news: AttentionNews = nothing

  constructor(socket: LiveSocket) {
    socket.add(this)
  }

  /** `LiveServers` asks for it with all topics of the page. */
  open(): void {}

  receive(message: LiveMessage): void {
    if (message.type !== 'attention') return
    this.news = message
    this.changes.emit()
  }
}

const liveAttention = new LiveAttention(liveSocket)

/** What waits now, as it was heard last. */
export function waitingNow(): AttentionNews['needs'] {
  return liveAttention.news.needs
}

/** Nothing until the first answer. */
export function useAttention(): AttentionNews {
  return useSyncExternalStore(liveAttention.changes.listen, () => liveAttention.news)
}
