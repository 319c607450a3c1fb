/** Words of servers for a tracker that gave no answer, as told from one that refuses or does not find a torrent. */

/**
 * By the system, libtorrent (Deluge), libcurl (rTorrent) and Transmission: "Could not connect to tracker", "Tracker did
 * not respond", "Couldn't resolve host name", "Timeout was reached".
 */
const noAnswer = [
  /timed? ?out|connection (?:failed|refused|reset|aborted|closed)|reset by peer|end of file/,
  /(?:network|host)(?: is)? unreachable|no route to host/,
  /host not found|no such host|name or service not known|name resolution|\bdns\b/,
  /(?:could not|couldn['’]t|cannot|can['’]t|unable to|failed to) (?:resolve|connect)/,
  /not respond|no response|returned nothing|\bssl\b|certificate/,
]
const silence = new RegExp(noAnswer.map(({source}) => source).join('|'), 'i')

/** @param words of a server about one tracker that fails */
export function saysNoAnswer(words: string): boolean {
  return silence.test(words)
}
