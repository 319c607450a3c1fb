/** Single values of the daemon's records. What has another type than it should have is not there. */
import type {RawTorrent} from './codec.ts'

export function number(raw: RawTorrent, name: string): number | undefined {
  const value = raw[name]
  return typeof value === 'number' ? value : undefined
}

export function text(raw: RawTorrent, name: string): string | undefined {
  const value = raw[name]
  return typeof value === 'string' ? value : undefined
}
