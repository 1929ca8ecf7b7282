"use strict";
(function () {
	var root = document.documentElement;
	var switches = { "zh-CN": document.getElementById("show-zh"), en: document.getElementById("show-en") };

	/* the language of the page follows the one that is shown */
	Object.keys(switches).forEach(function (language) {
		switches[language].addEventListener("change", function () {
			root.lang = language;
		});
		if (switches[language].checked) root.lang = language;
	});

	/* both languages of a word of the table are taken from a cell that has them */
	function words(cell) {
		var copy = document.createDocumentFragment();
		Array.prototype.forEach.call(cell.childNodes, function (node) {
			copy.appendChild(node.cloneNode(true));
		});
		return copy;
	}

	function button(name, content) {
		var made = document.createElement("button");
		made.type = "button";
		made.className = name;
		made.appendChild(content);
		return made;
	}

	function sortable(table) {
		var body = table.tBodies[0];
		Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
			var control = button("sort", words(head));
			head.textContent = "";
			head.appendChild(control);
			control.addEventListener("click", function () {
				var down = head.getAttribute("aria-sort") === "ascending";
				var rows = Array.prototype.slice.call(body.rows);
				Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) {
					other.removeAttribute("aria-sort");
				});
				head.setAttribute("aria-sort", down ? "descending" : "ascending");
				rows.sort(function (a, b) {
					var order = key(a, column).localeCompare(key(b, column), undefined, { numeric: true });
					return down ? -order : order;
				});
				rows.forEach(function (row) { body.appendChild(row); });
			});
		});
	}

	var ranks = {
		severity: ["critical", "high", "medium", "low", "info"],
		verdict: ["fail", "error", "unknown", "notchecked", "pass", "notapplicable", "notselected", "informational"]
	};

	function key(row, column) {
		var cell = row.cells[column];
		if (cell.querySelector(".severity")) return String(ranks.severity.indexOf(row.dataset.severity));
		if (cell.querySelector(".mark")) return String(ranks.verdict.indexOf(row.dataset.verdict));
		return shown(cell);
	}

	function shown(cell) {
		return cell.innerText.trim();
	}

	/* one button for each verdict that occurs, and a search field */
	function filtered(table) {
		var body = table.tBodies[0], chosen = "", sought = "";
		var bar = document.createElement("div");
		var field = document.createElement("input");
		var label = document.createElement("label");
		var count = document.createElement("span");
		var buttons = [];

		bar.className = "filter";
		field.type = "search";
		count.className = "count";
		count.setAttribute("role", "status");
		label.appendChild(words(document.getElementById("word-search")));
		label.appendChild(field);
		bar.appendChild(label);

		function apply() {
			var left = 0;
			Array.prototype.forEach.call(body.rows, function (row) {
				var fits = (!chosen || row.dataset.verdict === chosen) &&
					row.textContent.toLowerCase().indexOf(sought) >= 0;
				row.hidden = !fits;
				if (fits) left++;
			});
			count.textContent = left + " / " + body.rows.length;
			buttons.forEach(function (one) {
				one.setAttribute("aria-pressed", String(one.value === chosen));
			});
		}

		function choice(value, content) {
			var made = button("choice", content);
			made.value = value;
			made.addEventListener("click", function () {
				chosen = made.value;
				apply();
			});
			buttons.push(made);
			bar.appendChild(made);
		}

		choice("", words(document.getElementById("word-all")));
		ranks.verdict.forEach(function (verdict) {
			var row = body.querySelector('tr[data-verdict="' + verdict + '"] .mark');
			if (row) choice(verdict, words(row));
		});
		field.addEventListener("input", function () {
			sought = field.value.trim().toLowerCase();
			apply();
		});
		bar.appendChild(count);
		table.parentNode.parentNode.insertBefore(bar, table.parentNode);
		apply();
	}

	Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), function (table) {
		sortable(table);
		filtered(table);
	});
})();
