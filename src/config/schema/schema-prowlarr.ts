/** The sections of the programs that bring indexers to Arrs and count what they are asked: `[Prowlarr-…]`. */
import type {Secret} from '#model/secret.ts'
import {flag, headerKey, optionalText} from './fields.ts'

/** Port of a bare host in `URI`. */
export const PROWLARR_PORT = 9696

export const prowlarrShape = {
  URI: optionalText('Address of the Prowlarr, best as its Arrs reach it.', {essential: true}),
  APIKey: headerKey('Its API key.', {essential: true}),
  SkipTLSVerify: flag(false, 'Accept any certificate.'),
}

/** One of the file. `id` is the section's name. */
export interface ProwlarrConfig {
  readonly id: string
  /** A whole address with scheme and port, without credentials and ending slash. */
  readonly URI: string
  readonly APIKey: Secret
  readonly SkipTLSVerify: boolean
}
