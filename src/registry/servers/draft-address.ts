/** What a person typed as an address: whatever `config.toml` takes, with defaults that a person expects. */
import {isIPv6} from 'node:net'
import {clientKinds} from '#clients/kinds/kinds.ts'
import {showValue} from '#config/document/findings.ts'
import {addressOf, type Address, type AddressKey, type NoAddress} from '#config/server-address.ts'
import {trimEnd} from '#lib/trim-end.ts'
import type {DraftAddress, ServerDraft} from './draft.ts'
import type {DraftFault} from '../owned/draft.ts'
import {draftLimits} from './draft-checks.ts'

type Addressed = Pick<ServerDraft, 'kind' | 'address' | 'tls' | 'username'>

/** As it is kept each of its characters may be three signs for each of up to three bytes. */
const LONGEST = 9 * draftLimits.address

export function draftedAddress(draft: Addressed): Address | DraftFault {
  const wrong = lengthFault(draft.address) ?? portFault(draft.address)
  if (wrong) return wrong
  const read = readAddress(draft)
  if (!read.ok) return faultOf(read, draft.address)
  // The port was nowhere: the one remark there can be about it says which was taken.
  const {absentPort, port} = clientKinds[draft.kind].address
  const isGuessedPort = absentPort !== undefined && read.remarks.some(({key}) => key === 'Port')
  return isGuessedPort ? {...read, url: withUsualPort(read.url, draft.address, port)} : read
}

function readAddress({kind, address, tls, username}: Addressed): Address | NoAddress {
  const speaks = {speaksOfTls: tls.skipVerify || tls.ca !== null, namesUser: username !== null}
  const none = {url: null, host: null, port: null, path: null, socket: null}
  if ('socket' in address) return addressOf(kind, {...none, ...speaks, socket: address.socket})
  if ('url' in address) {
    // Without a scheme it is what the file calls a host.
    const key = schemeOf(address.url) === null ? 'host' : 'url'
    return addressOf(kind, {...none, ...speaks, [key]: address.url})
  }
  const {scheme = null, host, port = null, path = null} = address
  const bare = isIPv6(host.trim()) ? `[${host.trim()}]` : host.trim()
  return addressOf(kind, {
    ...none,
    ...speaks,
    port,
    path,
    host: scheme === null || schemeOf(bare) !== null ? host : `${scheme}://${bare}`,
  })
}

/** Where it listens by itself; what the file takes for an absent port is that of the predecessor. */
function withUsualPort(url: string, address: DraftAddress, port: number): string {
  const usual = new URL(url)
  const written = 'url' in address ? address.url : 'host' in address ? (address.scheme ?? address.host) : ''
  const namesScheme = 'host' in address && address.scheme ? true : schemeOf(written) !== null
  usual.port = namesScheme || usual.protocol === 'https:' ? '' : String(port)
  return trimEnd(usual.href, '/')
}

function schemeOf(text: string): string | null {
  return /^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? null
}

/** Lists that are brought in hold anything. */
function lengthFault(address: DraftAddress): DraftFault | null {
  const long = Object.entries(address).find(([, it]) => typeof it === 'string' && it.length > LONGEST)
  return long ? {field: long[0], accepted: `at most ${draftLimits.address} characters`} : null
}

function portFault(address: DraftAddress): DraftFault | null {
  if (!('host' in address) || address.port == null) return null
  const {port} = address
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
  return isPort ? null : {field: 'port', found: port, accepted: '1 to 65535'}
}

const fields: {readonly [K in AddressKey]: string} = {
  Url: 'url',
  Host: 'host',
  Port: 'port',
  Path: 'path',
  Socket: 'socket',
}

function faultOf({key, accepted}: NoAddress, address: DraftAddress): DraftFault {
  const field = 'url' in address ? 'url' : fields[key]
  const found = field in address ? showValue(address[field as keyof DraftAddress]) : undefined
  return {field, accepted, ...(found !== undefined && {found})}
}
