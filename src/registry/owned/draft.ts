import {CommodarrError} from '#model/errors.ts'

/** One field that cannot be as it is; `field` as it is spelled in the API (`basic_auth.username`). */
export interface DraftFault {
  readonly field: string
  /** Shortened, never a secret; absent = nothing. */
  readonly found?: unknown
  readonly accepted: string | readonly string[]
}

/** A draft that nothing can be made of. */
export class DraftInvalid extends CommodarrError {
  readonly faults: readonly DraftFault[]

  /** @param what it was to be */
  constructor(what: 'server' | 'Arr' | 'tracker profile', faults: readonly DraftFault[]) {
    const fields = faults.map(({field}) => field)
    super('bad_request', `Invalid ${what}: ${fields.slice(0, 5).join(', ')}.`, {fields})
    this.faults = faults
  }
}
