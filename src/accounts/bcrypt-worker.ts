/** One check of one password, then the thread ends. */
import {parentPort, workerData} from 'node:worker_threads'
import {compareSync} from 'bcryptjs'
import type {BcryptQuestion} from './bcrypt.ts'

const {password, hash} = workerData as BcryptQuestion
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread has no origin
parentPort!.postMessage(compareSync(password, hash))
