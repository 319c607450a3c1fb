/**
 * How settings of Arrs were before they were repaired from here: kept in the database before anything is changed, so that
 * they can be put back after a restart, too.
 */
import * as z from 'zod'
import {isDeepStrictEqual} from 'node:util'
import {inverseOf, type ArrFix} from '#arr-client/doctor-finding.ts'
import type {ArrSetup} from '#arr-client/discover.ts'
import type {Clock} from '#lib/clock.ts'
import {Semaphore} from '#lib/semaphore.ts'
import type {FixedFinding} from '#model/arr-service.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import type {Store} from '#store/store.ts'

/** Of one setting that was repaired. */
interface KeptFix extends FixedFinding {
  /** Of the Arr. */
  readonly url: string
  /** What was changed, and what puts it back. */
  readonly fix: ArrFix
  readonly inverse: ArrFix
}

const SETTING = 'arr_fixes'
/** Of all Arrs together; the oldest can be put back no more. */
const MOST_KEPT = 200

const change = z.record(z.string(), z.unknown())
const fixShape = z.discriminatedUnion('what', [
  z.object({what: z.enum(['handling', 'media']), change}),
  z.object({what: z.literal('client'), id: z.number(), name: z.string(), change}),
  z.object({what: z.literal('indexer'), id: z.number(), rejectsBlocklisted: z.boolean()}),
]) as unknown as z.ZodType<ArrFix>
const keptShape = z.object({
  url: z.string(),
  code: z.string(),
  about: z.string(),
  sentence: z.string(),
  at: z.number(),
  fix: fixShape,
  inverse: fixShape,
})

export class ArrFixes {
  readonly #store: Pick<Store, 'write'>
  readonly #clock: Pick<Clock, 'now'>
  readonly #turns = new Semaphore(1)
  /** The oldest first. */
  #all: readonly KeptFix[]

  /** @throws {StorageFault} */
  static async open(store: Pick<Store, 'read' | 'write'>, clock: Pick<Clock, 'now'>): Promise<ArrFixes> {
    const kept = (await store.read(readSettings)).get(SETTING)
    const all = Array.isArray(kept) ? kept.flatMap((one) => keptShape.safeParse(one).data ?? []) : []
    return new ArrFixes(store, clock, all)
  }

  private constructor(store: Pick<Store, 'write'>, clock: Pick<Clock, 'now'>, all: readonly KeptFix[]) {
    this.#store = store
    this.#clock = clock
    this.#all = all
  }

  /** `null` = nothing of the kind is kept. */
  of(url: string, code: string, about: string): KeptFix | null {
    return this.#all.find((it) => isOf(it, url, code, about)) ?? null
  }

  /** What was repaired in an Arr and is so still, the newest first. */
  inPlace(url: string, setup: SetupNow): readonly FixedFinding[] {
    return this.#all
      .filter((it) => it.url === url && isInPlace(it, setup))
      .map(({code, about, sentence, at}) => ({code, about, sentence, at}))
      .toReversed()
  }

  /** Before it is done. @throws {StorageFault} then it must not be */
  keep(fix: Omit<KeptFix, 'at'>): Promise<void> {
    const others = this.#all.filter((it) => !isOf(it, fix.url, fix.code, fix.about))
    return this.#become([...others, {...fix, at: this.#clock.now()}].slice(-MOST_KEPT))
  }

  /** It was put back, or was not done. @throws {StorageFault} */
  forget({url, code, about}: Pick<KeptFix, 'url' | 'code' | 'about'>): Promise<void> {
    return this.#become(this.#all.filter((it) => !isOf(it, url, code, about)))
  }

  #become(all: readonly KeptFix[]): Promise<void> {
    this.#all = all
    return this.#turns.run(async () => {
      const now = this.#all
      await this.#store.write((db) => putSetting(db, SETTING, now, this.#clock.now()))
    })
  }
}

type SetupNow = Pick<ArrSetup, 'handling' | 'media' | 'clients' | 'indexers'>

/** The setting is as it was repaired: what was changed since is not put back. */
export function isInPlace({fix, inverse}: Pick<KeptFix, 'fix' | 'inverse'>, setup: SetupNow): boolean {
  const now = inverseOf(inverse, setup)
  return now !== null && isDeepStrictEqual({...now, name: ''}, {...fix, name: ''})
}

function isOf(
  it: Pick<KeptFix, 'url' | 'code' | 'about'>,
  url: string,
  code: string,
  about: string,
): boolean {
  return it.url === url && it.code === code && it.about === about
}
