import type {Aspect} from './sim-torrent.ts'

/** How releases of Transmission differ where a client can tell. */
export interface Profile {
  /** `rpc_version`. */
  readonly rpc: number
  /** `rpc_version_semver`; '' before 4.0. */
  readonly semver: string
  readonly hasJsonRpc: boolean
  /** What `recently_active` counts as activity. */
  readonly counted: readonly Aspect[]
}

/** @param version as the daemon writes it: `3.00`, `4.0.6`, `4.1.0-beta.2`, `4.1.4` */
export function profileOf(version: string): Profile {
  const early: readonly Aspect[] = ['activity']
  const late: readonly Aspect[] = ['activity', 'labels', 'trackers', 'files']
  if (version.startsWith('3.')) return {rpc: 16, semver: '', hasJsonRpc: false, counted: early}
  if (version.startsWith('4.0')) return {rpc: 17, semver: '5.3.0', hasJsonRpc: false, counted: early}
  if (version.startsWith('4.1.0-')) return {rpc: 18, semver: '5.4.0', hasJsonRpc: false, counted: late}
  if (version === '4.1.0') return {rpc: 18, semver: '6.0.0', hasJsonRpc: true, counted: late}
  return {rpc: 19, semver: '6.0.1', hasJsonRpc: true, counted: late}
}
