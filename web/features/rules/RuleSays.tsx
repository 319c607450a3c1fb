import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Lock} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject} from 'react'
import {arrDefinitionQuery} from '../../api/arrs.ts'
import type {ListedRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {panelClass} from '../../ui/control-class.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {wayOf, type BlankWay} from './blank-change.ts'
import {BlankEditor} from './BlankEditor.tsx'
import type {RuleRow} from './rule-rows.ts'
import type {Blank} from './sentence-pieces.ts'

/** The sentence of a row. Its values are buttons that open where they can be changed. */
export function RuleSays({row: {says}, mayManage}: {row: RuleRow; mayManage: boolean}) {
  /** Which piece is open; `null` = none. */
  const [open, setOpen] = useState<number | null>(null)
  const frame = useRef<HTMLParagraphElement>(null)
  const pieces = says.map((piece) =>
    typeof piece === 'string' ? piece : {...piece, way: wayOf(piece.rules[0]!, piece.blank)},
  )
  const close = () => {
    blankAt(frame, open)?.focus()
    setOpen(null)
  }
  const next = () => {
    const after = pieces.findIndex(
      (it, at) => at > open! && typeof it !== 'string' && (it.way.is === 'text' || it.way.is === 'setting'),
    )
    if (after < 0) close()
    else setOpen(after)
  }
  const shown = open === null ? undefined : pieces[open]
  return (
    <div className="relative">
      <p ref={frame} className="text-14/[1.5] text-pretty wrap-anywhere">
        {pieces.map((piece, at) => {
          if (typeof piece === 'string') return piece
          // A sentence is its pieces in their order.
          const key = `${at} ${piece.blank.place.join('.')}`
          if (!mayManage) {
            return (
              <b key={key} className="font-medium">
                {piece.blank.shown}
              </b>
            )
          }
          if (piece.way.is === 'page') return <ToPage key={key} {...piece} focus={piece.way.focus} />
          return (
            <BlankButton
              key={key}
              at={at}
              blank={piece.blank}
              isLocked={piece.way.is === 'locked'}
              isOpen={open === at}
              onClick={() => setOpen(open === at ? null : at)}
            />
          )
        })}
      </p>
      {shown !== undefined && typeof shown !== 'string' && (
        <Panel
          key={open}
          label={shown.blank.label}
          frame={frame}
          at={open!}
          onClose={close}
          onLeave={() => setOpen(null)}
        >
          <Changing {...shown} onClose={close} onNext={next} />
        </Panel>
      )}
    </div>
  )
}

const look =
  'rounded-s px-px font-medium underline decoration-dotted decoration-1 underline-offset-4 hover:bg-press focus-visible:shadow-focus'

/** The button of a piece. */
function blankAt(frame: RefObject<HTMLElement | null>, at: number | null): HTMLElement | null {
  return frame.current?.querySelector<HTMLElement>(`[data-blank="${at}"]`) ?? null
}

function BlankButton({
  at,
  blank: {label, shown},
  isLocked,
  isOpen,
  onClick,
}: {
  /** Among the pieces of its sentence. */
  at: number
  blank: Blank
  isLocked: boolean
  isOpen: boolean
  onClick: () => void
}) {
  return (
    <button
      type="button"
      data-blank={at}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      aria-label={text(isLocked ? 'rules.blank.locked' : 'rules.blank.change', {label, value: shown})}
      onClick={onClick}
      className={joined(look, isLocked ? 'decoration-control' : 'text-accent')}
    >
      {shown}
    </button>
  )
}

/** What is no quantity is chosen on the page of the rule. */
function ToPage({
  blank: {label, shown},
  rules,
  focus,
}: {
  blank: Blank
  rules: readonly ListedRule[]
  focus: string | null
}) {
  return (
    <Link
      to="/rules"
      search={{rule: rules[0]!.id, ...(focus !== null && {value: focus})}}
      aria-label={text('rules.blank.change', {label, value: shown})}
      className={joined(look, 'text-accent')}
    >
      {shown}
    </Link>
  )
}

/** The editor of a blank; or why it cannot be changed here. */
function Changing({
  blank,
  rules,
  way,
  onClose,
  onNext,
}: {
  blank: Blank
  rules: readonly ListedRule[]
  way: BlankWay
  onClose: () => void
  onNext: () => void
}) {
  const arr = way.is === 'setting' ? way.arr : null
  const {data: definition} = useQuery({...arrDefinitionQuery(arr ?? ''), enabled: arr !== null})
  const obstacle = definition?.file_obstacle ?? null
  if (way.is !== 'locked' && obstacle === null) {
    return <BlankEditor {...{blank, rules, way, onClose, onNext}} />
  }
  return (
    <div className="grid gap-1.5 text-12 text-text-2">
      <p className="flex items-start gap-1.5 text-pretty">
        <Icon icon={Lock} size={14} className="mt-0.5 text-text-3" />
        {obstacle === null ? text('rules.blank.preset') : text(`setting.obstacle.${obstacle}`)}
      </p>
      <Link to="/rules" search={{rule: rules[0]!.id}} className={`${textLinkClass} justify-self-start`}>
        {text('rules.blank.open')}
      </Link>
    </div>
  )
}

const WIDTH = 340

/** Under its blank, and within the sentence on narrow screens. */
function Panel({
  label,
  frame,
  at,
  onClose,
  onLeave,
  children,
}: {
  label: string
  frame: RefObject<HTMLElement | null>
  /** The piece that it is of. */
  at: number
  onClose: () => void
  /** Something else was pressed. */
  onLeave: () => void
  children: ReactNode
}) {
  const panel = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const box = panel.current!
    const its = blankAt(frame, at)?.getBoundingClientRect()
    const around = frame.current!.getBoundingClientRect()
    if (!its) return
    box.style.left = `${Math.max(0, Math.min(its.left - around.left, around.width - WIDTH))}px`
    box.style.top = `${its.bottom - around.top + 4}px`
    box.scrollIntoView({block: 'nearest'})
    if (!box.contains(document.activeElement)) box.focus()
  }, [at, frame])
  useEffect(() => {
    const box = panel.current!
    const press = ({target}: PointerEvent) => {
      const isHere =
        target instanceof Node && (box.contains(target) || blankAt(frame, at)?.contains(target) === true)
      if (!isHere) onLeave()
    }
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      onClose()
    }
    document.addEventListener('pointerdown', press)
    box.addEventListener('keydown', key)
    return () => {
      document.removeEventListener('pointerdown', press)
      box.removeEventListener('keydown', key)
    }
  }, [at, frame, onClose, onLeave])
  return (
    <dialog
      ref={panel}
      open
      aria-label={label}
      tabIndex={-1}
      className={`${panelClass} absolute m-0 max-w-full p-3`}
      style={{width: WIDTH}}
    >
      {children}
    </dialog>
  )
}
