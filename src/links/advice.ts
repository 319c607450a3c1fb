import {clientKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {HealthReason} from '#model/server.ts'

/** What a person can do about a server's state: one or two plain sentences per reason; '' when all is well. */
export function adviceFor(reason: HealthReason, kind: ServerKind): string {
  return advice[reason](kind)
}

const program = (kind: ServerKind): string => clientKinds[kind].label

const advice: {readonly [R in HealthReason]: (kind: ServerKind) => string} = {
  none: () => '',
  disabled: () => 'This server is switched off.',
  wrong_credentials: (kind) =>
    `${program(kind)} refused the user name or password. Correct them. Commodarr tries the same ones only twice, to avoid a ban.`,
  banned: (kind) =>
    `${program(kind)} has locked out this computer after too many wrong logins. Commodarr waits until the ban ends; restarting ${program(kind)} ends it at once, and so may a test or another password.`,
  logins_held: (kind) =>
    `Several logins were refused at this address or not answered, of one user or of several. Commodarr waits an hour before the next one, so that ${program(kind)} does not ban this computer; restarting ${program(kind)} ends that, and an administrator may try once more.`,
  refused: (kind) =>
    `Nothing listens at this address. Is ${program(kind)} running, and are host and port right?`,
  timed_out: () =>
    'The server did not answer in time. It may be overloaded, or a firewall drops the connection.',
  dns: () => 'The host name cannot be resolved. Check its spelling and your DNS.',
  unreachable_host: () => 'There is no network route to this host. Is it switched on, is a VPN down?',
  connection_reset: () =>
    'The connection was closed without an answer. Check http versus https, and the port.',
  certificate: () =>
    'The server’s certificate is not trusted. Give its authority as CAFile, or set SkipTLSVerify for this server.',
  tls: () => 'The server does not speak TLS here. Check http versus https.',
  proxy: () => 'The HTTP proxy refused. Check its address and credentials.',
  not_a_torrent_server: (kind) =>
    `Something else than ${program(kind)} answers at this address. Check port, path and kind.`,
  login_page: () =>
    'A login page answered: something in front of the server asks for its own login. Let Commodarr pass it, or give basic auth.',
  wrong_path: (kind) =>
    `${program(kind)} does not answer at this path. ${clientKinds[kind].advice.wrongPath} Are port and kind right?`,
  host_rejected: () =>
    'The server rejects the host name it was called by. A reverse proxy must pass the server’s own host and port, or the name must be allowed there.',
  access_denied: () =>
    'The server, or a proxy in front of it, denies access. Check its whitelist and the proxy; Commodarr tries again each minute.',
  rate_limited: () => 'The server asks for fewer requests; Commodarr waits as long as it says.',
  server_error: () =>
    'The server, or a proxy in front of it, reports an error of its own. Look into its log.',
  cut_answer: () => 'Answers break off before their end. Check proxies in between and the server’s log.',
  garbled_answer: () => 'The server’s answers cannot be read. Is a proxy in between rewriting them?',
  answer_too_large: () => 'The server’s answer is larger than any list should be. It is not read on.',
  over_quota: () =>
    'The servers of its owner have more than Commodarr keeps of one user: 50,000 torrents, 64 MiB of their names and paths, or 20,000 different tags, trackers and categories, counted on each server. It is looked at again every ten minutes. Remove torrents or other servers, or let an administrator add this one.',
  session_lost: () =>
    'The server keeps forgetting the session. Is another program logging us out, or a proxy dropping cookies?',
  version_too_old: (kind) => `This version is too old. ${clientKinds[kind].advice.tooOld}`,
  old_version: () => 'This version works with less; an update brings the rest.',
  list_growing: () => 'The server has just started or come back; its list is believed once it is stable.',
  list_dropped: () =>
    'The list is much shorter than before. Torrents are kept as not seen until it is stable for ten minutes.',
  another_server: (kind) =>
    `Another ${program(kind)} seems to answer at this address: its torrents are not those that were here. Nothing is sent to it, and what waited for this server was ended. Say whether it is the same server or another one.`,
  slow: () => 'The server answers slowly; it is asked less often.',
  secret_unreadable: () =>
    'Its password was encrypted with another key, so it cannot be read. Restore the key file (or COMMODARR_SECRET_KEY), or enter the password again. Nothing was deleted.',
  address_forbidden: () =>
    'Ask an administrator to allow this address for your servers, or use another one. Link-local addresses, metadata services and ports of other protocols are never allowed.',
}
