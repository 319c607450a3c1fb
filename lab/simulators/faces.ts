import type {FaceKind, FaceMaker} from './face.ts'
import {makeQbittorrentFace} from './qbittorrent.ts'
import {makeRtorrentFace} from './rtorrent.ts'
import {makeTransmissionFace} from './transmission.ts'

/** Every protocol that can be simulated. */
export const faces: Readonly<Record<FaceKind, FaceMaker>> = {
  qbittorrent: makeQbittorrentFace,
  transmission: makeTransmissionFace,
  rtorrent: makeRtorrentFace,
}
