/**
 * Addresses that a daemon asks because somebody typed them, or brought them in a magnet link or a .torrent file:
 * trackers, web seeds, peers. The daemon asks from where it stands, so they could make it ask what only its machine or
 * network can reach. They are judged as they are written: daemons look names up by themselves, and what we would find
 * says nothing of what they find.
 */
import type {AddSource, TypedAddress} from '#model/command.ts'
import type {Reach} from '#model/server.ts'
import {isAllowed, objectionTo} from './outgoing.ts'
import type {MetainfoReader} from './port.ts'

/** All that a daemon would ask for it; of a URL nothing, as it is no torrent yet. @throws {CommodarrError} torrent_invalid */
export async function addressesIn(
  source: AddSource,
  read: MetainfoReader['read'],
): Promise<readonly TypedAddress[]> {
  if ('torrent' in source) {
    // What names no way to ask is asked by nobody.
    const {asked} = await read(source.torrent)
    return asked.filter(({kind, text}) => kind === 'peer' || hasScheme.test(text))
  }
  return 'magnet' in source ? addressesOfMagnet(source.magnet) : []
}

/** What a client may come to ask, by the parameters it knows and those that hold an address. */
function addressesOfMagnet(magnet: string): readonly TypedAddress[] {
  return magnet
    .slice(magnet.indexOf('?') + 1)
    .split('&')
    .flatMap((parameter): TypedAddress[] => {
      const at = parameter.indexOf('=')
      const key = decoded(parameter.slice(0, at))
        .toLowerCase()
        .replace(/\.\d+$/, '')
      const text = decoded(parameter.slice(at + 1)).trim()
      if (at < 0 || text === '' || key === 'dn' || key === 'xt') return []
      if (key === 'x.pe' || key === 'dht') return [{kind: 'peer', text}]
      if (!hasScheme.test(text)) return []
      return [{kind: key === 'tr' ? 'tracker' : 'web seed', text}]
    })
}

/** Daemons read on where something is not well encoded, so we do, too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
}

const hasScheme = /^\s*[a-z][a-z0-9+.-]*:\/\//i

/** Trackers that are no address: clients only read a hash of it, or nothing. */
const needsNoRequest = /^dht:\/\//i

/**
 * Each part once, so that no daemon reads another host out of it than we do: no second `@`, no backslash, nothing
 * encoded in the host.
 */
const plainUrl =
  /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?:[^/?#@\\\s]*@)?(?<host>\[[0-9a-f:.]+\]|[^/?#@\\:[\]%\s]+)(?::(?<port>\d{1,5}))?(?:[/?#][^\s\\]*)?$/i

const plainPeer = /^(?<host>\[[0-9a-f:.]+\]|[^/?#@\\:[\]%\s]+):(?<port>\d{1,5})$/i

const schemes: {readonly [K in TypedAddress['kind']]: readonly string[]} = {
  tracker: ['http', 'https', 'udp', 'ws', 'wss'],
  'web seed': ['http', 'https'],
  peer: [],
}

/** Names of a network, and none that the whole world can look up. Source: RFC 6761, RFC 6762, RFC 8375, RFC 9476. */
const ofNetwork =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|home\.arpa|corp|private|test|invalid)$/i

/** Why a daemon shall not ask it for this person, as a sentence; `null` = it may. */
export function objectionToAddress({kind, text}: TypedAddress, reach: Reach): string | null {
  if (reach.range === 'anywhere' || needsNoRequest.test(text)) return null
  if (kind !== 'peer' && !hasScheme.test(text))
    return `The address of a ${kind} begins with how it is asked, as in https://.`
  const parts = (kind === 'peer' ? plainPeer : plainUrl).exec(text.trim())?.groups
  if (parts === undefined) return `The address of a ${kind} can be read in more than one way.`
  const {scheme = '', host = '', port} = parts
  const accepted = schemes[kind]
  if (accepted.length > 0 && !accepted.includes(scheme.toLowerCase()))
    return `A ${kind} is asked by ${accepted.join(', ')}, not by ${scheme}.`
  const plainHost = host.replace(/\.$/, '')
  const isNetworks = !host.startsWith('[') && (!plainHost.includes('.') || ofNetwork.test(plainHost))
  // Only what speaks in lines could be understood by a service of another kind.
  const speaksLines = scheme !== '' && scheme.toLowerCase() !== 'udp'
  const url = `http://${host}${speaksLines && port !== undefined ? `:${port}` : ''}`
  if (!URL.canParse(url)) return `The address of a ${kind} names no host.`
  // Numbers without a dot are an address, too.
  const isName = isNetworks && !/^(?:\d+|0x[0-9a-f]+)$/i.test(plainHost)
  if (reach.range === 'public' && isName && !isAllowed({url, reach}))
    return `The ${kind} ${host} is a name of a network, not of the internet.`
  const fault = objectionTo({url, httpProxy: null, reach})
  return (
    fault && `The ${kind} ${host}${port === undefined ? '' : `:${port}`} is not for this: ${fault.message}`
  )
}
