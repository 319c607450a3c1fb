/**
 * The configuration no longer names something that protects: its file may have been cut. Until an administrator confirms
 * it, or it is back, rules remove and move nothing, also where a person said yes to it: that was before. Source: scenario
 * S58.
 */
import {isCounted, movesBytes, type DecisionGuard} from './decision-guard.ts'

export const LOST_SETTINGS = 'lost_settings'

export const lostSettings: DecisionGuard = {
  name: 'lostSettings',
  guards: (item) => isCounted(item) || movesBytes(item),
  look({lostSettings: settings}) {
    if (settings === 0) return null
    return {verdict: 'postpone', code: LOST_SETTINGS, detail: {settings}, lift: lostSettingsLift(settings)}
  },
}

/** What has to happen first. For whoever has a rule: what the file says is the business of administrators. */
export function lostSettingsLift(settings: number): string {
  return `The configuration no longer has ${lostSettingsWords(settings)}. An administrator has to put ${settings === 1 ? 'it' : 'them'} back, or to confirm that this is meant.`
}

export function lostSettingsWords(settings: number): string {
  return settings === 1 ? '1 setting that protects data' : `${settings} settings that protect data`
}
