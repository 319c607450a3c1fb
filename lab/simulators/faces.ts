import type {ServerKind} from '#clients/kinds/kinds.ts'
import {makeDelugeFace} from './deluge.ts'
import type {FaceMaker} from './face.ts'
import {makeQbittorrentFace} from './qbittorrent.ts'
import {makeRtorrentFace} from './rtorrent.ts'
import {makeTransmissionFace} from './transmission.ts'

/** Every protocol that can be simulated. */
export const faces: Readonly<Record<ServerKind, FaceMaker>> = {
  qbittorrent: makeQbittorrentFace,
  transmission: makeTransmissionFace,
  rtorrent: makeRtorrentFace,
  deluge: makeDelugeFace,
}
