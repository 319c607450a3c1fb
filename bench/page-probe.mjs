/**
 * Put into the page before its own scripts: knows when rows are on screen, counts frames and long tasks, and times what a
 * person does until he sees what came of it. It finds things as a reader of the page does: by roles and `aria-` names.
 * Plain JavaScript, as the page runs it as it stands. `bench/browser-page.ts` calls it.
 */
globalThis.probe = (() => {
  const grid = () => document.querySelector('[role=grid]')

  /** Runs after a frame was painted, and so after everything that the page did in it. */
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel()
        port1.addEventListener('message', resolve, {once: true})
        port1.start()
        port2.postMessage(null)
      })
    })

  const PATIENCE_MS = 20_000

  const until = async (isSo) => {
    const from = performance.now()
    do await painted()
    while (!isSo() && performance.now() - from < PATIENCE_MS)
    return performance.now()
  }

  const nameOf = (row) => row.querySelector('[role=gridcell][aria-label]')?.ariaLabel ?? ''
  const placeOf = (row) => Number(row.ariaRowIndex) - 1

  /** Rows of torrents that are seen, the upper one first. */
  const rowsInSight = () => {
    const sight = grid()?.getBoundingClientRect()
    if (!sight) return []
    const isSeen = ({box: {top, bottom}}) => bottom > sight.top && top < sight.bottom
    return [...grid().querySelectorAll('[role=rowgroup] [role=row]')]
      .map((row) => ({row, box: row.getBoundingClientRect()}))
      .filter(isSeen)
      .sort((one, other) => one.box.top - other.box.top)
  }

  /** px of the list that show a row with its text, and px that are there. */
  const shownHeight = () => {
    const rows = rowsInSight()
    const heightOf = (some) => some.reduce((sum, {box}) => sum + box.height, 0)
    return {shown: heightOf(rows.filter(({row}) => nameOf(row) !== '')), all: grid()?.clientHeight ?? 0}
  }

  /** The column heads take some of the height. */
  const HEADS_PX = 60
  const isShown = () => {
    const {shown, all} = shownHeight()
    return all > 0 && shown > 0 && shown + HEADS_PX >= all
  }

  const conditions = {
    /** That row is in sight with its text. */
    row: (place) => isShown() && rowsInSight().some(({row}) => placeOf(row) === place),
    /** Another row is the chosen one. */
    chosenOther: (before) => chosenPlace() !== before,
    count: (count) => grid()?.ariaRowCount === String(count + 1) && isShown(),
    /** Others than so many are listed. */
    countOther: (count) => grid()?.ariaRowCount !== String(count + 1) && isShown(),
    firstOther: (before) => isShown() && firstName() !== before,
  }

  const chosenPlace = () => {
    const row = grid()?.querySelector('[role=row][aria-selected=true]')
    return row ? placeOf(row) : null
  }
  const firstName = () => nameOf(rowsInSight()[0]?.row ?? document.body)

  let outcome = null
  /** Times the next such event up to the frame in which what it leads to was painted; `outcome` has the ms. */
  const expect = (type, name, wanted) => {
    outcome = new Promise((resolve, reject) => {
      const begin = async (event) => {
        const at = await until(() => conditions[name](wanted))
        if (conditions[name](wanted)) resolve(at - event.timeStamp)
        else reject(new Error(`after ${type} it did not become so: ${name} ${wanted}`))
      }
      window.addEventListener(type, begin, {capture: true, once: true})
    })
  }

  /** ms between frames, until `stopFrames`. */
  let frames = []
  let frameId = 0
  const startFrames = () => {
    frames = []
    let before = null
    const count = (at) => {
      if (before !== null) frames.push(at - before)
      before = at
      frameId = requestAnimationFrame(count)
    }
    frameId = requestAnimationFrame(count)
  }
  const stopFrames = () => {
    cancelAnimationFrame(frameId)
    return frames
  }

  /** Share of the list's height that shows a text, of each frame until `stopCover`. */
  let covers = null
  const startCover = async () => {
    covers = []
    const mine = covers
    const isWanted = () => covers === mine
    while (isWanted()) {
      await painted()
      const {shown, all} = shownHeight()
      mine.push(Math.min(1, shown / (all - HEADS_PX)))
    }
  }
  const stopCover = () => {
    const told = covers
    covers = null
    return told
  }

  const longTasks = []
  new PerformanceObserver((list) => {
    for (const {duration} of list.getEntries()) longTasks.push(duration)
  }).observe({type: 'longtask'})

  let socket = null
  const Native = globalThis.WebSocket
  globalThis.WebSocket = class extends Native {
    constructor(...given) {
      super(...given)
      socket = this
    }
  }

  /** Hands the page these messages, one a frame, as if they came from the server. */
  const pretend = async (messages) => {
    for (const data of messages) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      socket.dispatchEvent(new MessageEvent('message', {data}))
    }
    await painted()
  }

  const firstRows = until(isShown)

  return {
    firstRows: () => firstRows,
    rowsInSight: () => rowsInSight().length,
    chosenPlace,
    firstName,
    expect,
    outcome: () => outcome,
    startFrames,
    stopFrames,
    startCover,
    stopCover,
    /** Those since the last time that this was asked for, ms. */
    longTasks: () => longTasks.splice(0),
    pretend,
    /** So many px in each of so many frames, however long they take. */
    scrollBy: async (px, count) => {
      for (let frame = 0; frame < count; frame++) {
        await new Promise((resolve) => requestAnimationFrame(resolve))
        grid().scrollTop += px
      }
      await painted()
    },
  }
})()
