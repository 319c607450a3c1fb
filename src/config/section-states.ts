/** What of the file runs: each section of a server or an Arr with its state, in the order of the file. */
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {ArrKind} from '#model/arr.ts'
import type {LoadedConfig} from './config.ts'

export interface SectionState {
  readonly section: string
  /** `null` = nobody can tell, or a daemon that there is no client for. */
  readonly kind: ServerKind | ArrKind | null
  readonly isServer: boolean
  readonly isOn: boolean
  /** Why it is off, in a few words; '' = it is on. */
  readonly reason: string
}

type Loaded = Pick<LoadedConfig, 'config' | 'placeOf'>

export function sectionStates(loaded: Loaded): readonly SectionState[] {
  const {servers, arrs, off} = loaded.config
  const states: SectionState[] = [
    ...servers.map(({id, kind, enabled}) => ({
      section: id,
      kind,
      isServer: true,
      isOn: enabled,
      reason: enabled ? '' : disabledBy(loaded, id),
    })),
    ...arrs.map(({id, app, Managed}) => ({
      section: id,
      kind: app,
      isServer: false,
      isOn: Managed,
      reason: Managed ? '' : unmanaged(loaded, id),
    })),
    ...off.map(({section, kind, reason, category}) => ({
      section,
      kind,
      isServer: category === undefined,
      isOn: false,
      reason,
    })),
  ]
  const lineOf = ({section}: SectionState) => loaded.placeOf([section])?.line ?? Number.MAX_SAFE_INTEGER
  return states.toSorted((one, other) => lineOf(one) - lineOf(other))
}

function disabledBy({placeOf}: Loaded, section: string): string {
  const variable = placeOf([section, 'Disabled'])?.variable ?? null
  return variable === null ? 'Disabled = true' : `switched off by ${variable}`
}

function unmanaged({placeOf}: Loaded, section: string): string {
  return placeOf([section, 'Managed']) === null ? 'Managed is not set' : 'Managed = false'
}
