/**
 * What a tracker means by what it says. Tests go from harmless to grave, whole phrases only, and addresses are taken
 * out first: a page "not found", or `/unregistered/` in an address, unregisters nobody. Whoever speaks of somebody (a
 * pass, a user, an account, an address, "you are") does not speak of the torrent, whatever else is said.
 */
import type {TrackerClass} from '#model/fact.ts'
import type {TrackerStatus} from '#model/torrent.ts'
import type {TrackerPhrases} from '#model/tracker-profile.ts'
import {noPhrases} from './tracker-phrases.ts'

type Worded = Exclude<TrackerClass, 'working' | 'unknown'>

interface TrackerSaying {
  readonly status: TrackerStatus
  readonly message: string
}

const inOrder: readonly Worded[] = ['credential', 'client', 'temporary', 'trumped', 'unregistered']

export const trackerPhrases: Readonly<Record<Worded, readonly string[]>> = {
  credential: [
    'pass',
    'passkey',
    'passkeys',
    'torrentpass',
    'password',
    'passphrase',
    'authkey',
    'auth key',
    'torrent key',
    'your key',
    'invalid key',
    'unknown key',
    'unregistered key',
    'key not',
    'key is not',
    'token',
    'user',
    'users',
    'userid',
    'uid',
    'username',
    'member',
    'membership',
    'account',
    'accounts',
    'email',
    'e mail',
    'login',
    'log in',
    'logged in',
    'ip',
    'ips',
    'ipv4',
    'ipv6',
    'you are',
    'you re',
    'you have',
    'unauthorized',
    'unauthorised',
    'authentication',
    'access denied',
    'forbidden',
  ],
  client: [
    'client',
    'clients',
    'peer id',
    'unknown peer',
    'unregistered peer',
    'peer not registered',
    'peer is not registered',
    'agent',
    'not on the whitelist',
    'slot limit',
    'slots full',
    'too many active torrents',
    'already leeching',
    'already seeding',
    'too many peers',
    'too many connections',
  ],
  temporary: [
    'timed out',
    'timeout',
    'time out',
    'time-out',
    'connection refused',
    'connection reset',
    'connection closed',
    'could not connect',
    'unable to connect',
    'could not resolve',
    'host not found',
    'no such host',
    'name or service not known',
    'name resolution',
    'dns',
    'network is unreachable',
    'no route to host',
    'unreachable',
    'end of file',
    'ssl',
    'certificate',
    'bad gateway',
    'gateway',
    'service unavailable',
    'temporarily',
    'temporary',
    'internal server error',
    'server error',
    'too many requests',
    'rate limit',
    'rate limited',
    'slow down',
    'try again',
    'overloaded',
    'maintenance',
    'offline',
    'database error',
    'down',
    '429',
    '500',
    '502',
    '503',
    '504',
    '520',
    '521',
    '522',
    '523',
    '524',
  ],
  trumped: ['trumped', 'trump', 'has been replaced', 'was replaced', 'superseded', 'upgraded to', 'dupe of'],
  unregistered: [
    'unregistered',
    'unregistered torrent',
    'torrent not registered',
    'torrent is not registered',
    'info hash not registered',
    'info hash is not registered',
    'infohash not registered',
    'infohash is not registered',
    'torrent not found',
    'torrent is not found',
    'torrent could not be found',
    'torrent does not exist',
    'torrent has been deleted',
    'torrent was deleted',
    'torrent has been removed',
    'torrent was removed',
    'torrent deleted',
    'torrent removed',
    'torrent nuked',
    'unknown torrent',
    'unknown info hash',
    'unknown infohash',
    'infohash not found',
    'info hash not found',
    'info hash is not authorized',
    'info hash not authorized',
    'requested download is not authorized',
  ],
}

/** Each torrent's trackers are asked about with them, many times a minute. */
const prepared = inOrder.map((name) => ({name, phrases: trackerPhrases[name].map(phraseOf)}))

/** @param own what people know of its words, before all that is usual: what is to be ignored says nothing */
export function trackerClassOf(
  {status, message}: TrackerSaying,
  own: TrackerPhrases = noPhrases,
): TrackerClass {
  if (status === 'ok') return 'working'
  const words = wordsOf(message)
  if (words === null) return 'temporary'
  const says = (phrases: readonly string[]) => phrases.some((phrase) => words.includes(phraseOf(phrase)))
  if (says(own.ignored)) return status === 'unreachable' ? 'temporary' : 'unknown'
  if (says(own.unregistered)) return 'unregistered'
  const found = prepared.find(({phrases}) => phrases.some((phrase) => words.includes(phrase)))
  if (found) return found.name
  return status === 'unreachable' ? 'temporary' : 'unknown'
}

/** Of all trackers of a torrent: gone only when every one says so. */
export function trackersTogether(classes: readonly TrackerClass[]): TrackerClass {
  const inTurn = [
    'working',
    'temporary',
    'credential',
    'client',
    'unknown',
    'trumped',
    'unregistered',
  ] as const
  return inTurn.find((name) => classes.includes(name)) ?? 'unknown'
}

/** Words with single spaces between and around; `null` = a page for people, which says nothing about a torrent. */
function wordsOf(message: string): string | null {
  if (/<\s*(!doctype|html|head|body|title)\b/i.test(message)) return null
  const text = message.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, ' ').replace(/\b[\w-]+(\.[\w-]+)+\/\S*/g, ' ')
  return phraseOf(text)
}

function phraseOf(text: string): string {
  return ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `
}
