import type {Guard} from './guard.ts'

/** A hash counts only on the server it was named with: the same hash elsewhere is another torrent. */
export const torrentKnown: Guard = ({torrent}) =>
  torrent ? null : {code: 'torrent_not_found', message: 'This server has no torrent with this hash.'}
