/**
 * bcrypt, only to check what the inherited file holds. It is JavaScript and takes a quarter of a second, so it is done
 * in a thread of its own.
 */
import {Worker} from 'node:worker_threads'

/** Each step doubles the work; at 14 a check takes more than a second. Source: qBitrr writes 12. */
const MOST_COST = 14

export interface BcryptQuestion {
  readonly password: string
  readonly hash: string
}

const shape = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** Can it be checked here, at a price we are ready to pay? */
export function isBcrypt(hash: string): boolean {
  const cost = Number(shape.exec(hash)?.[1] ?? 0)
  return cost >= 4 && cost <= MOST_COST
}

export function isBcryptOf(question: BcryptQuestion): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./bcrypt-worker.ts', import.meta.url), {workerData: question})
    worker.once('message', (answer: boolean) => resolve(answer))
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The thread for bcrypt ended with ${code}.`)))
  })
}
