import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {ChevronRight, Lock} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject} from 'react'
import {arrDefinitionQuery} from '../../api/arrs.ts'
import type {ListedRule} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {panelClass} from '../../ui/control-class.ts'
import {Dialog} from '../../ui/Dialog.tsx'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {usePhone} from '../../ui/use-media.ts'
import {wayOf, type BlankWay, type Names, type ValueLock} from './blank-change.ts'
import {BlankEditor} from './BlankEditor.tsx'
import {closeValue, isOfRules, openAmong, openValue, useOpenValue} from './open-value.ts'
import type {RuleRow} from './rule-rows.ts'
import {plainText, type Blank, type Pieces} from './sentence-pieces.ts'

/**
 * The sentence of a row, and its second line: where it applies, what it leaves out, how it is held back. Their values are
 * buttons that open where they can be changed.
 */
export function RuleSays({
  row: {says, rules},
  beside,
  names,
  mayManage,
  children,
}: {
  row: Pick<RuleRow, 'says' | 'rules'>
  /** Of the second line, each by itself. */
  beside: readonly Pieces[]
  /** Of servers and Arrs by their ids. */
  names: Names
  mayManage: boolean
  /** What the second line begins with. */
  children: ReactNode
}) {
  const isPhone = usePhone()
  const open = useOpenValue()
  const frame = useRef<HTMLDivElement>(null)
  const its = rules.map(({rule}) => rule)
  const withWay = (piece: Exclude<RuleRow['says'][number], string>) => ({
    ...piece,
    way: wayOf(piece.rules[0]!, piece.blank, mayManage),
  })
  const sentence = says.map((piece) => (typeof piece === 'string' ? piece : withWay(piece)))
  const asides = beside.map((pieces) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : withWay({blank: piece, rules: its}))),
  )
  // Numbered through both lines, so that Tab goes from one to the other.
  const all = [...sentence, ...asides.flat()]
  const openIts = open !== null && isOfRules(its, open.piece.rules) ? open : null
  const openAt = openIts === null ? -1 : openAmong(openIts, all)
  const found = openAt < 0 ? undefined : all[openAt]
  // One that its row does not have any more stays until it is closed: something may be typed in it.
  const shown = openIts === null ? null : typeof found === 'object' ? found : withWay(openIts.piece)
  const isGone = openAt < 0
  const openPiece = (at: number) => {
    const piece = all[at]
    if (piece !== undefined && typeof piece !== 'string') openValue(piece)
  }
  const close = () => {
    blankAt(frame, openAt)?.focus()
    closeValue()
  }
  const next = () => {
    const after = all.findIndex(
      (it, at) => at > openAt && typeof it !== 'string' && (it.way.is === 'text' || it.way.is === 'setting'),
    )
    if (after < 0 || openAt < 0) close()
    else openPiece(after)
  }
  const drawn = (pieces: readonly (typeof all)[number][], from: number, isQuiet: boolean) =>
    pieces.map((piece, nth) => {
      if (typeof piece === 'string') return piece
      const at = from + nth
      const key = `${at} ${piece.blank.place.join('.')}`
      if (piece.way.is === 'page') {
        return <ToPage key={key} {...piece} focus={piece.way.focus} isQuiet={isQuiet} />
      }
      return (
        <BlankButton
          key={key}
          at={at}
          blank={piece.blank}
          isLocked={piece.way.is === 'locked'}
          isQuiet={isQuiet}
          isOpen={openAt === at}
          onClick={() => (openAt === at ? closeValue() : openPiece(at))}
        />
      )
    })
  const beginnings = asides.map((_, nth) => sentence.length + asides.slice(0, nth).flat().length)
  return (
    <div ref={frame} className="relative">
      {says.length === 0 ? (
        <p className="text-14/[1.5]">{text('rules.row.unreadable')}</p>
      ) : (
        <p className="text-14/[1.5] text-pretty wrap-anywhere">{drawn(sentence, 0, false)}</p>
      )}
      <p className="flex flex-wrap items-center gap-x-1.5 text-12/[1.5] text-text-3 wrap-anywhere">
        {children}
        {asides.map((pieces, nth) => (
          <span key={plainText(beside[nth]!)} className="whitespace-pre-wrap">
            · {drawn(pieces, beginnings[nth]!, true)}
          </span>
        ))}
      </p>
      {isPhone && shown !== null && (
        <Values
          all={isGone ? [...all, shown] : all}
          open={isGone ? all.length : openAt}
          isGone={isGone}
          name={rules[0]!.rule.name}
          names={names}
          onOpen={openPiece}
          onClose={closeValue}
          onNext={next}
        />
      )}
      {!isPhone && shown !== null && (
        <BlankPanel
          key={shown.blank.label}
          label={shown.blank.label}
          frame={frame}
          at={openAt}
          onClose={close}
          onLeave={closeValue}
        >
          {isGone ? (
            <GoneValue {...shown} />
          ) : (
            <Changing {...shown} names={names} onClose={close} onNext={next} />
          )}
        </BlankPanel>
      )}
    </div>
  )
}

type SaidBlank = Exclude<RuleRow['says'][number], string> & {readonly way: BlankWay}

function keyOf({blank: {place, label}}: SaidBlank): string {
  return `${place.join('.')} ${label}`
}

/** On telephones: every value of a sentence in one sheet, one of them open. */
function Values({
  all,
  open,
  name,
  names,
  isGone,
  onOpen,
  onClose,
  onNext,
}: {
  all: readonly (string | SaidBlank)[]
  open: number
  name: string
  names: Names
  /** The one that is open stands in the rule no more. */
  isGone: boolean
  onOpen: (at: number) => void
  onClose: () => void
  onNext: () => void
}) {
  const values = all.flatMap((it, at) => (typeof it === 'string' ? [] : [{...it, at}]))
  return (
    <Dialog open onOpenChange={(isOpen) => !isOpen && onClose()} title={text('rules.values', {name})}>
      <ul className="-mx-2 divide-y divide-line">
        {values.map(({at, ...its}) => (
          <li key={`${keyOf(its)} ${its.rules[0]!.id}`} className="px-2 py-1">
            {its.way.is === 'page' ? (
              <Link
                to="/rules"
                search={{rule: its.rules[0]!.id, ...(its.way.focus !== null && {value: its.way.focus})}}
                className={valueClass}
              >
                <ValueLine blank={its.blank} />
                <Icon icon={ChevronRight} size={14} className="text-text-3" />
              </Link>
            ) : (
              <button
                type="button"
                aria-expanded={at === open}
                onClick={() => onOpen(at)}
                className={valueClass}
              >
                <ValueLine blank={its.blank} />
                {its.way.is === 'locked' && <Icon icon={Lock} size={14} className="text-text-3" />}
              </button>
            )}
            {at === open && its.way.is !== 'page' && (
              <div className="pt-1 pb-2">
                {isGone ? (
                  <GoneValue {...its} />
                ) : (
                  <Changing key={its.blank.label} {...its} names={names} onClose={onClose} onNext={onNext} />
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

const valueClass =
  'flex min-h-11 w-full items-center gap-2 rounded-s text-left text-text hover:no-underline focus-visible:shadow-focus'

function ValueLine({blank: {label, shown}}: {blank: Blank}) {
  return (
    <>
      <span className="min-w-0 flex-1 text-text-2">{label}</span>
      <span className="num max-w-[60%] min-w-0 truncate font-medium">{shown}</span>
    </>
  )
}

const look =
  'rounded-s px-px underline decoration-dotted decoration-1 underline-offset-4 hover:bg-press focus-visible:shadow-focus'

/** Values of the second line are no heavier than its words. */
function lookOf(isLocked: boolean, isQuiet: boolean): string {
  const colour = isLocked ? (isQuiet ? 'text-text-2' : '') : 'text-accent'
  return joined(look, !isQuiet && 'font-medium', isLocked && 'decoration-control', colour)
}

/** The button of a piece. */
function blankAt(frame: RefObject<HTMLElement | null>, at: number | null): HTMLElement | null {
  return frame.current?.querySelector<HTMLElement>(`[data-blank="${at}"]`) ?? null
}

/** A value in a sentence: it opens where it is changed. */
export function BlankButton({
  at,
  blank: {label, shown},
  isLocked,
  isQuiet,
  isOpen,
  onClick,
}: {
  /** Among the pieces of its sentence. */
  at: number
  blank: Pick<Blank, 'label' | 'shown'>
  isLocked: boolean
  isQuiet: boolean
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
      className={lookOf(isLocked, isQuiet)}
    >
      {isLocked && !isQuiet && (
        <Icon icon={Lock} size={14} className="mr-0.5 inline-block size-[11px] align-[-1px] text-text-3" />
      )}
      {shown}
    </button>
  )
}

/** What is no quantity is chosen on the page of the rule. */
function ToPage({
  blank: {label, shown},
  rules,
  focus,
  isQuiet,
}: {
  blank: Blank
  rules: readonly ListedRule[]
  focus: string | null
  isQuiet: boolean
}) {
  return (
    <Link
      to="/rules"
      search={{rule: rules[0]!.id, ...(focus !== null && {value: focus})}}
      aria-label={text('rules.blank.change', {label, value: shown})}
      className={lookOf(false, isQuiet)}
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
  names,
  onClose,
  onNext,
}: {
  blank: Blank
  rules: readonly ListedRule[]
  way: BlankWay
  names: Names
  onClose: () => void
  onNext: () => void
}) {
  const arr = way.is === 'setting' ? way.arr : null
  const {data: definition} = useQuery({...arrDefinitionQuery(arr ?? ''), enabled: arr !== null})
  const obstacle = definition?.file_obstacle ?? null
  const variable =
    way.is === 'setting'
      ? (definition?.sources.find(({key, from}) => key === way.path && from === 'variable')?.variable ?? null)
      : null
  if (way.is !== 'locked' && obstacle === null && variable === null) {
    return <BlankEditor {...{blank, rules, way, names, onClose, onNext}} />
  }
  const lock = way.is === 'locked' ? way.by : null
  const at = lock?.is === 'configuration' ? lock.arr : null
  return (
    <div className="grid gap-1.5 text-12 text-text-2">
      <p className="flex items-start gap-1.5 text-pretty">
        <Icon icon={Lock} size={14} className="mt-0.5 text-text-3" />
        {lock !== null
          ? lockWords(lock)
          : variable !== null && way.is === 'setting'
            ? text('setting.locked', {key: way.path, variable})
            : text(`setting.obstacle.${obstacle!}`)}
      </p>
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        {at !== null && (
          <Link to="/library/arrs/$id" params={{id: at}} className={textLinkClass}>
            {text('rules.blank.open-arr')}
          </Link>
        )}
        <Link to="/rules" search={{rule: rules[0]!.id}} className={textLinkClass}>
          {text('rules.blank.open')}
        </Link>
      </p>
    </div>
  )
}

/** What was typed has no place any more. */
function GoneValue({blank, rules}: Pick<SaidBlank, 'blank' | 'rules'>) {
  const typed = useOpenValue()?.typed ?? null
  return (
    <div className="grid gap-1.5 text-12 text-text-2">
      <p className="text-pretty wrap-anywhere">
        {typed === null
          ? text('rules.blank.gone', {label: blank.label})
          : text('rules.blank.gone.typed', {label: blank.label, typed: typed.replaceAll('\n', ', ')})}
      </p>
      <p>
        <Link to="/rules" search={{rule: rules[0]!.id}} className={textLinkClass}>
          {text('rules.blank.open')}
        </Link>
      </p>
    </div>
  )
}

function lockWords(lock: ValueLock): string {
  if (lock.is === 'permission') return text('rules.blank.lock.permission')
  const {section} = lock
  if (lock.is === 'tracker') return text('rules.blank.lock.tracker', {section, host: lock.host})
  return section === '' ? text('rules.blank.lock.all') : text('rules.blank.lock.section', {section})
}

const WIDTH = 340

/** Where a blank is changed: under it, and within the sentence on narrow screens. */
export function BlankPanel({
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
    // A frame that comes with it is not known yet.
    const holder = box.parentElement!
    const its = blankAt({current: holder}, at)?.getBoundingClientRect()
    const around = holder.getBoundingClientRect()
    // Of a value that is not there any more: under all of them.
    const {left, bottom} = its ?? around
    box.style.left = `${Math.max(0, Math.min(left - around.left, around.width - WIDTH))}px`
    box.style.top = `${bottom - around.top + 4}px`
    if (!box.contains(document.activeElement)) box.focus()
    // It grows with what it finds out.
    const growing = new ResizeObserver(() => box.scrollIntoView({block: 'nearest'}))
    growing.observe(box)
    return () => growing.disconnect()
  }, [at])
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
      className={`${panelClass} absolute m-0 max-h-[min(600px,72dvh)] max-w-full overflow-y-auto p-3`}
      style={{width: WIDTH}}
    >
      {children}
    </dialog>
  )
}
