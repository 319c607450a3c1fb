/** From the sections of Prowlarrs to records. One with a fault is not asked: limits that are typed in count without it. */
import {httpAddress} from './arrs.ts'
import {showValue} from './document/findings.ts'
import {readTable, type Reading} from './schema/read-table.ts'
import {PROWLARR_PORT, prowlarrShape, type ProwlarrConfig} from './schema/schema-prowlarr.ts'
import {isProwlarr} from './schema/sections.ts'

/** @param sections of the file that may be read */
export function readProwlarrs(reading: Reading, sections: readonly string[]): readonly ProwlarrConfig[] {
  const found = sections.filter(isProwlarr).flatMap((section) => readProwlarr(section, reading) ?? [])
  return found.filter((one, at) => {
    const first = found.findIndex(({URI}) => URI === one.URI)
    if (first === at) return true
    reading.remark([one.id, 'URI'], {
      severity: 'warning',
      code: 'same_uri',
      found: showValue(one.URI),
      message: `[${found[first]!.id}] has the same address; [${one.id}] is not asked.`,
    })
    return false
  })
}

function readProwlarr(section: string, reading: Reading): ProwlarrConfig | null {
  const {values, faults} = readTable(prowlarrShape, [section], reading)
  if (faults.length > 0) return null
  const {URI, APIKey, SkipTLSVerify} = values
  const address = URI === null ? null : httpAddress(URI, PROWLARR_PORT)
  if (address === undefined)
    reading.remark([section, 'URI'], {
      severity: 'error',
      code: 'bad_value',
      found: showValue(URI),
      accepted: `such as http://host:${PROWLARR_PORT}`,
      message: 'This is no address. This Prowlarr is not asked.',
    })
  for (const [key, isMissing] of [
    ['URI', address === null],
    ['APIKey', APIKey === null],
  ] as const)
    if (isMissing)
      reading.remark([section, key], {
        severity: reading.document.has([section, key]) ? 'warning' : 'error',
        code: reading.document.has([section, key]) ? 'not_filled_in' : 'missing_value',
        accepted:
          key === 'URI' ? 'the address of the Prowlarr' : 'the key from Settings → General of the Prowlarr',
        message: `${key} is not set; this Prowlarr is not asked.`,
      })
  return address && APIKey ? {id: section, URI: address, APIKey, SkipTLSVerify} : null
}
