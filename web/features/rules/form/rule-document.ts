/**
 * The text of a rule as its form reads and changes it. The text stays the one truth: a change touches only its place,
 * so that comments, order and whatever the form does not know stay as they are.
 */
import {isCollection, isMap, isNode, parseDocument, type Document, type Node} from 'yaml'

/** Where something stands: `['when', 'all', 0]`. */
export type Place = readonly (string | number)[]
export type Part = Readonly<Record<string, unknown>>

/** @returns `null` = no YAML, or not a single rule: only its text can show that */
export function readDocument(yaml: string): Part | null {
  const document = parseDocument(yaml)
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  return document.toJS() as Part
}

/** What is above its place and is not there yet is made. */
export function withValue(yaml: string, place: Place, value: unknown): string {
  return changed(yaml, (document) => document.setIn(place, nodeOf(document, value)))
}

/** @param place of a list, which is made if it is not there */
export function withItem(yaml: string, place: Place, value: unknown): string {
  return changed(yaml, (document) => {
    if (isCollection(document.getIn(place))) document.addIn(place, nodeOf(document, value))
    else document.setIn(place, document.createNode([nodeOf(document, value)]))
  })
}

/** A part that has nothing left goes too. */
export function without(yaml: string, place: Place): string {
  return changed(yaml, (document) => {
    document.deleteIn(place)
    const above = place.slice(0, -1)
    const left = above.length > 0 ? document.getIn(above) : null
    if (isMap(left) && left.items.length === 0) document.deleteIn(above)
  })
}

function changed(yaml: string, change: (document: Document) => void): string {
  const document: Document = parseDocument(yaml)
  change(document)
  return document.toString({lineWidth: 0, flowCollectionPadding: false})
}

/** Conditions and actions in one line each, groups of them with a line for each. */
function nodeOf(document: Document, value: unknown): unknown {
  if (isNode(value) || typeof value !== 'object' || value === null) return value
  const group = Object.entries(value).find(
    ([key, its]) => (key === 'all' || key === 'any') && Array.isArray(its),
  )
  if (!group) return document.createNode(value, {flow: true})
  const [key, parts] = group as [string, readonly unknown[]]
  return document.createNode({[key]: parts.map((it) => nodeOf(document, it) as Node)})
}

/** What a form may do to the text of a rule. */
export interface Edits {
  readonly set: (place: Place, value: unknown) => void
  /** At the end of a list. */
  readonly add: (place: Place, value: unknown) => void
  readonly remove: (place: Place) => void
}
