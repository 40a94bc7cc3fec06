// Entries of the calendar move by drag, and by keys from their "Move": M picks one up,
// arrows choose the day, Enter drops it, Escape leaves it where it was. The form does the rest.
"use strict";
{
    const planner = document.querySelector(".planner");
    const days = [...document.querySelectorAll(".planner-day")];
    const movable = [...document.querySelectorAll(".planner-entry:has(.planner-move)")];
    const told = document.createElement("p");
    told.className = "visually-hidden";
    told.setAttribute("aria-live", "assertive");
    planner?.before(told);

    const dayOf = (entry) => entry.closest(".planner-day");
    const isOpen = (day) => day && !day.classList.contains("is-past");
    const mark = (day) => days.forEach((one) => one.classList.toggle("is-target", one === day));

    function drop(entry, day) {
        const form = entry.querySelector("form");
        form.elements.day.value = day.dataset.day;
        form.submit();
    }

    let dragged = null;
    for (const entry of movable) {
        entry.draggable = true;
        entry.addEventListener("dragstart", (event) => {
            dragged = entry;
            event.dataTransfer.setData("text/plain", entry.id);
            event.dataTransfer.effectAllowed = "move";
        });
        entry.addEventListener("dragend", () => {
            dragged = null;
            mark(null);
        });
        entry.querySelector("summary").addEventListener("keydown", (event) => carry(entry, event));
    }
    for (const day of days) {
        day.addEventListener("dragover", (event) => {
            if (!dragged || !isOpen(day)) return;
            event.preventDefault();
            mark(day);
        });
        day.addEventListener("drop", (event) => {
            if (!dragged) return;
            event.preventDefault();
            if (day !== dayOf(dragged)) drop(dragged, day);
        });
    }

    let carried = null;
    let target = null;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

    function carry(entry, event) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (!carried && event.key === "m") pickUp(entry);
        else if (!carried) return;
        else if (event.key === "Enter") return settle(event, () => target !== dayOf(entry) && drop(entry, target));
        else if (event.key === "Escape" || event.key === "Tab") return settle(event, () => {});
        else if (event.key in steps) step(steps[event.key]);
        else return;
        event.preventDefault();
    }

    function pickUp(entry) {
        carried = entry;
        target = dayOf(entry);
        entry.classList.add("is-held-by-key");
        mark(target);
        told.textContent = `${planner.dataset.picked} ${target.dataset.name}`;
    }

    function step(by) {
        const isRtl = getComputedStyle(planner).direction === "rtl";
        const next = days[days.indexOf(target) + (isRtl && Math.abs(by) === 1 ? -by : by)];
        if (!isOpen(next)) return;
        target = next;
        mark(target);
        told.textContent = target.dataset.name;
    }

    function settle(event, act) {
        if (event.key !== "Tab") event.preventDefault();
        carried.classList.remove("is-held-by-key");
        carried = null;
        mark(null);
        act();
        told.textContent = "";
    }
}
