/** Which passwords are taken: long ones that a guesser does not try among the first thousand. */
import {CommodarrError} from '#model/errors.ts'
import {commonCores, rows} from './common-passwords.ts'

const LEAST_CHARACTERS = 10
const MOST_BYTES = 1024
/** Fewer different characters than this are a pattern. */
const LEAST_DIFFERENT = 4
/** What must be left of a password when its well-known part is taken away. */
const LEAST_OWN = 4

/** @throws {CommodarrError} weak_password, with what is wrong about it */
export function checkNewPassword(password: string, userName: string): void {
  const objection = objectionTo(password, userName)
  if (objection !== null) throw new CommodarrError('weak_password', objection)
}

function objectionTo(password: string, userName: string): string | null {
  if ([...password].length < LEAST_CHARACTERS) {
    return `A password has at least ${LEAST_CHARACTERS} characters; a few words in a row are easy to remember.`
  }
  if (Buffer.byteLength(password) > MOST_BYTES) return `A password has at most ${MOST_BYTES} bytes.`
  if (isNearly(folded(password), folded(userName))) return 'The password must not be the name of its user.'
  return isWellKnown(password) ? 'This password is among the first that anybody would guess.' : null
}

/** The name itself, twice, with a year or signs around it. */
function isNearly(password: string, name: string): boolean {
  const core = coreOf(name)
  if (password === name || (core !== '' && coreOf(password) === core)) return true
  return password.includes(name) && password.replaceAll(name, '').length < LEAST_OWN
}

function isWellKnown(password: string): boolean {
  const text = folded(password)
  if (new Set(text).size < LEAST_DIFFERENT) return true
  if (isInARow(text)) return true
  return commonCores.has(coreOf(text)) || commonCores.has(coreOf(withoutSigns(text)))
}

function isInARow(text: string): boolean {
  const backwards = [...text].toReversed().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}

/** Without digits and signs at its ends. */
function coreOf(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
}

const letterOf: Readonly<Record<string, string>> = {
  ...{'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i'},
}

/** Signs in the middle read as the letters they stand for; those at the end are decoration. */
function withoutSigns(text: string): string {
  return text.replace(/[^\p{L}]+$/u, '').replace(/[013457@$!]/g, (sign) => letterOf[sign] ?? sign)
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
