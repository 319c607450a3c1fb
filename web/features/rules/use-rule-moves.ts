/** Puts rules of a group elsewhere, with the way back; and drags them. */
import {useLayoutEffect, useRef, useState, type PointerEvent} from 'react'
import {queries} from '../../api/queries.ts'
import {orderRule, placeRule, ruleDocumentsQuery, type ListedRule} from '../../api/rules.ts'
import {listed, text} from '../../i18n/text.ts'
import {toast, UNDO_MS} from '../../lib/toast.ts'
import {serverNow} from '../../live/clock.ts'
import {announce} from '../../ui/announce.ts'
import type {GroupOfRules} from './rule-rows.ts'
import {formerOrders, movableIn, neighbourAt, passedBy, type Move} from './rule-moves.ts'

/** Puts a row of its group at a place, from 0. */
export type MoveRule = (rowId: string, to: number) => void

export function useMoveRule(group: GroupOfRules): MoveRule {
  const isMoving = useRef(false)
  /** A row that moves in the page loses the focus. */
  const focusOn = useRef<string | null>(null)
  useLayoutEffect(() => {
    const id = focusOn.current
    if (id === null || document.activeElement !== document.body) return
    focusOn.current = null
    document.querySelector<HTMLElement>(`[data-rule-row="${CSS.escape(id)}"]`)?.focus()
  })
  return (rowId, to) => {
    const row = group.rows.find(({id}) => id === rowId)
    const rule = row && movableIn(row)
    const neighbour = rule ? neighbourAt(group.rows, rowId, to) : null
    if (!rule || !neighbour || isMoving.current) return
    isMoving.current = true
    focusOn.current = rowId
    void moved(rule, neighbour, group).finally(() => {
      isMoving.current = false
    })
  }
}

async function moved(
  rule: ListedRule,
  {side, of}: {readonly side: 'before' | 'behind'; readonly of: string},
  {group, rows, off}: GroupOfRules,
): Promise<void> {
  const before = queries.getQueryData(ruleDocumentsQuery.queryKey) ?? []
  try {
    await placeRule(rule.id, side, of)
    const after = await queries.fetchQuery({...ruleDocumentsQuery, staleTime: 0})
    const own = new Set([...rows, ...off].flatMap(({rules}) => rules.map((it) => it.rule.id)))
    const passed = passedBy(rule.id, before, after, own)
    const back = formerOrders(before, after)
    const words = [
      text('rules.moved', {name: rule.name, group: text(`rules.group.${group}`)}),
      ...(passed.length > 0
        ? [text('rules.moved.passed', {names: listed(passed.map(({name}) => `“${name}”`))})]
        : []),
    ].join(' ')
    announce(words)
    toast({text: words, undo: {until: serverNow() + UNDO_MS, run: () => void undone(back)}})
  } catch (cause) {
    toast({text: text('rules.moved.not', {name: rule.name, why: (cause as Error).message}), tone: 'bad'})
  }
}

/**
 * Puts two rules in each other's place, with the way back.
 * @param moves as `swapOf` gives them
 */
export async function swapRules(
  moves: readonly Move[],
  names: {readonly one: string; readonly other: string},
): Promise<void> {
  const before = queries.getQueryData(ruleDocumentsQuery.queryKey) ?? []
  const backOf = async () =>
    formerOrders(before, await queries.fetchQuery({...ruleDocumentsQuery, staleTime: 0}))
  try {
    for (const {id, side, of} of moves) await placeRule(id, side, of)
  } catch (cause) {
    // Half of it is nothing that anybody asked for.
    await undone(await backOf())
    throw cause
  }
  const back = await backOf()
  const words = text('rules.swapped', names)
  announce(words)
  toast({text: words, undo: {until: serverNow() + UNDO_MS, run: () => void undone(back)}})
}

async function undone(orders: readonly (readonly [id: string, order: number])[]): Promise<void> {
  try {
    for (const [id, order] of orders) await orderRule(id, order)
  } catch (cause) {
    toast({text: text('rules.blank.not-undone', {why: (cause as Error).message}), tone: 'bad'})
  }
}

/** Where a row that is dragged would go. */
export interface RowDrag {
  readonly id: string
  /** Number of the row that it is over, from 0. */
  readonly to: number
}

const FROM_PX = 4

/** What the grip of a row does, with a finger, too. @param move where it was let go */
export function useRowDrag(move: MoveRule) {
  const [drag, setDrag] = useState<RowDrag | null>(null)
  const begun = useRef<{readonly id: string; readonly y: number} | null>(null)
  const gripOf = (id: string) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      event.preventDefault()
      event.currentTarget.setPointerCapture(event.pointerId)
      begun.current = {id, y: event.clientY}
    },
    onPointerMove: ({currentTarget, clientY}: PointerEvent<HTMLElement>) => {
      const from = begun.current
      if (from === null || (drag === null && Math.abs(clientY - from.y) < FROM_PX)) return
      setDrag({id: from.id, to: placeAt(currentTarget, clientY)})
    },
    onPointerUp: () => {
      begun.current = null
      if (drag !== null) move(drag.id, drag.to)
      setDrag(null)
    },
    onPointerCancel: () => {
      begun.current = null
      setDrag(null)
    },
  })
  return {drag, gripOf}
}

/** The row at this height, the first or last one beyond them. */
function placeAt(grip: HTMLElement, y: number): number {
  const rows = [...(grip.closest('ul')?.querySelectorAll<HTMLElement>(':scope > [data-rule-row]') ?? [])]
  const at = rows.findIndex((row) => y < row.getBoundingClientRect().bottom)
  return at < 0 ? rows.length - 1 : at
}
