/**
 * What the journal may keep of a command: enough to explain it, nothing that lets somebody in. Trackers put passkeys
 * into announce and download addresses, so only their hosts are kept; of a server's settings, words may be passwords.
 */
import type {AddTorrent, ServerCommand} from '#model/command.ts'
import type {AnyTorrentCommand} from './approve.ts'

export function shownArgs(command: AnyTorrentCommand | ServerCommand): object {
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
      return {values: Object.fromEntries(Object.entries(command.args.values).map(shownSetting))}
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

function shownSetting([name, value]: [string, unknown]): [string, unknown] {
  return [name, typeof value === 'boolean' || typeof value === 'number' ? value : '***']
}
