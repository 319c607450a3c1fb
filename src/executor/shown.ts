/**
 * What the journal may keep of a command: enough to explain it, nothing that lets somebody in. Trackers put passkeys
 * into announce and download addresses, so only their hosts are kept; of a server's settings those that are secrets by
 * their names are masked. All others are kept as they are: a program that a server is to run has to be read later.
 */
import type {AddTorrent, OrderedCommand, ServerCommand} from '#model/command.ts'

export function shownArgs(command: OrderedCommand | ServerCommand): object {
  switch (command.verb) {
    case 'addTorrent':
      return shownAdd(command.args)
    case 'addTrackers':
      return {tiers: command.args.tiers.map((urls) => urls.map(placeOf))}
    case 'editTracker':
      return {from: placeOf(command.args.from), to: placeOf(command.args.to)}
    case 'removeTrackers':
    case 'addWebSeeds':
    case 'removeWebSeeds':
      return {urls: command.args.urls.map(placeOf)}
    case 'setPreferences':
      return {...command.args, values: shownSettings(command.args.values)}
    default:
      return command.args
  }
}

/** Begins where a run of such characters begins, and nowhere else: a long run is looked at once. */
const address = /(?<![a-z0-9+.-])([0-9+.-]*)([a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+)/gi

/** A server's own words may quote the address they are about. */
export function shownMessage(message: string): string {
  return message
    .replaceAll(/magnet:\?[^\s"'<>]+/gi, magnetName)
    .replaceAll(address, (_, before: string, url: string) => before + placeOf(url))
}

/** Torrent bytes and cookies do not belong in a journal. */
function shownAdd({source, cookies, ...rest}: Readonly<AddTorrent>): object {
  const shown =
    'torrent' in source
      ? {torrent: source.fileName}
      : 'magnet' in source
        ? {magnet: magnetName(source.magnet)}
        : {url: placeOf(source.url)}
  return {...rest, source: shown, ...(cookies !== undefined && {cookies: '***'})}
}

/** `scheme://host:port` of an address. */
export function placeOf(text: string): string {
  if (!URL.canParse(text)) return '(not a URL)'
  const {protocol, host} = new URL(text)
  return `${protocol}//${host}`
}

/** The link without its trackers and sources. */
function magnetName(link: string): string {
  const topics = new URLSearchParams(link.slice(link.indexOf('?') + 1)).getAll('xt')
  return `magnet:?${topics.map((topic) => `xt=${topic}`).join('&')}`
}

/** Stands where a secret is that we do not show. */
export const mask = '***'

/** A longer text of a setting is cut: lists of banned addresses are megabytes. */
const MOST_TEXT = 2_000

const secretName = /(?<!by)pass(word|wd|phrase)?($|[_-])|secret|token|api[_-]?key|cookie|(^|[_-])key$/i
const trackerName = /tracker/i
const pem = /-----BEGIN /
/** Of an address: user and password in it. */
const logInOfUrl = /(?<=:\/\/)[^/\s@"'<>]*@/g

/** Is the value of a setting of this name a secret? */
export function isSecretSetting(name: string): boolean {
  return secretName.test(name)
}

/** Settings as the journal keeps them. Deluge nests its own (`proxy.password`), so this goes all the way down. */
function shownSettings(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, shownSetting(name, value)]))
}

function shownSetting(name: string, value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (isSecretSetting(name)) return mask
  if (typeof value === 'string') return shownText(name, value)
  if (Array.isArray(value)) return value.map((one: unknown) => shownSetting(name, one))
  return typeof value === 'object' ? shownSettings({...value}) : mask
}

function shownText(name: string, text: string): string {
  if (pem.test(text)) return mask
  // Where trackers are listed, passkeys are in their paths.
  const shown = trackerName.test(name) ? shownMessage(text) : text.replaceAll(logInOfUrl, `${mask}@`)
  return shown.length > MOST_TEXT ? `${shown.slice(0, MOST_TEXT)}…` : shown
}
