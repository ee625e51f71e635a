// Charts from a small specification beside them; loaded only by pages that have charts.
import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const LIGHT = ["#1d5fb4", "#0f9d76", "#e0a100", "#8b5cf6", "#38a3dd", "#d6455d", "#7a8699"];
const DARK = ["#6aa8f5", "#4fc3a1", "#f0c05a", "#b09bf0", "#5cc4f0", "#f48489", "#a0b0c5"];

function look() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    text: value("--color-base-content"),
    muted: value("--muted"),
    line: value("--line"),
    paper: value("--color-base-100"),
    font: getComputedStyle(document.body).fontFamily,
    colours: style.colorScheme.includes("dark") ? DARK : LIGHT,
  };
}

function frame(spec, theme) {
  const many = spec.series.length > 1;
  return {
    color: theme.colours,
    textStyle: { fontFamily: theme.font, color: theme.text },
    animationDuration: 300,
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: theme.paper,
      borderColor: theme.line,
      textStyle: { color: theme.text },
    },
    legend: { show: many, top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: theme.muted } },
    grid: { left: 4, right: 12, top: many ? 36 : 16, bottom: 4, containLabel: true },
  };
}

const categories = (spec, theme) => ({
  type: "category",
  data: spec.labels,
  axisTick: { show: false },
  axisLine: { lineStyle: { color: theme.line } },
  axisLabel: { color: theme.muted, hideOverlap: true, ...(spec.every && every(spec)) },
});
// Every name is shown: below each other where there is little room.
const every = (spec) => ({ interval: 0, hideOverlap: false, ...(spec.narrow ? { rotate: 40 } : { width: 72, overflow: "break" }) });
const amounts = (theme, more = {}) => ({
  type: "value",
  minInterval: 1,
  splitLine: { lineStyle: { color: theme.line } },
  axisLabel: { color: theme.muted },
  ...more,
});

function columns(spec, theme, stack) {
  return {
    ...frame(spec, theme),
    xAxis: categories(spec, theme),
    yAxis: amounts(theme),
    series: spec.series.map((one) => ({
      type: "bar",
      name: one.name,
      data: one.data,
      stack: stack ? "all" : undefined,
      barMaxWidth: 28,
      itemStyle: { borderRadius: stack ? 0 : [3, 3, 0, 0], ...(one.tone === "danger" && { color: theme.colours[5] }) },
    })),
  };
}

const SHAPES = {
  bar(spec, theme) {
    if (!spec.horizontal) return columns(spec, theme, false);
    return {
      ...frame(spec, theme),
      xAxis: { type: "value", show: false },
      yAxis: { ...categories(spec, theme), inverse: true, axisLine: { show: false } },
      series: spec.series.map((one) => ({
        type: "bar",
        name: one.name,
        data: one.data,
        barMaxWidth: 14,
        itemStyle: { borderRadius: 3 },
        label: { show: true, position: "right", color: theme.text },
      })),
    };
  },
  stacked: (spec, theme) => columns(spec, theme, true),
  line: (spec, theme) => ({
    ...frame(spec, theme),
    xAxis: { ...categories(spec, theme), boundaryGap: false },
    yAxis: amounts(theme),
    series: spec.series.map((one) => ({
      type: "line",
      name: one.name,
      data: one.data,
      smooth: 0.25,
      symbol: spec.labels.length > 12 ? "none" : "circle",
      areaStyle: { opacity: 0.12 },
    })),
  }),
  // Points with their centre line and limits; points beyond a limit stand out.
  control(spec, theme) {
    const points = (one) => one.data.map((value, at) => (spec.out?.[at] ? { value, itemStyle: { color: theme.colours[5] } } : value));
    const scale = spec.percent ? { minInterval: 0, axisLabel: { formatter: "{value}%", color: theme.muted } } : {};
    return {
      ...frame(spec, theme),
      xAxis: categories(spec, theme),
      yAxis: amounts(theme, scale),
      series: spec.series.map((one, at) => ({
        type: "line",
        name: one.name,
        ...(at ? { data: one.data, step: "middle", symbol: "none", lineStyle: { type: "dashed", width: 1.5 } } : { data: points(one), symbol: "circle", symbolSize: spec.narrow ? 5 : 8, showAllSymbol: true }),
      })),
    };
  },
  pareto(spec, theme) {
    const [first] = spec.series;
    const total = first.data.reduce((sum, value) => sum + value, 0) || 1;
    let running = 0;
    const share = first.data.map((value) => Math.round(((running += value) / total) * 1000) / 10);
    const option = columns({ ...spec, series: [first, { name: spec.share ?? "%", data: share }] }, theme, false);
    option.yAxis = [amounts(theme), amounts(theme, { max: 100, splitLine: { show: false }, axisLabel: { formatter: "{value}%", color: theme.muted } })];
    option.series[1] = { type: "line", name: spec.share ?? "%", data: share, yAxisIndex: 1, symbolSize: 6 };
    return option;
  },
  donut(spec, theme) {
    const base = frame(spec, theme);
    return {
      ...base,
      tooltip: { ...base.tooltip, trigger: "item", formatter: "{b}：{c}（{d}%）" },
      legend: { ...base.legend, show: true, top: "auto", bottom: 0, left: "center", icon: "circle" },
      series: [
        {
          type: "pie",
          radius: ["46%", "70%"],
          center: ["50%", "42%"],
          label: { show: false },
          itemStyle: { borderColor: theme.paper, borderWidth: 2 },
          data: spec.labels.map((name, at) => ({ name, value: spec.series[0].data[at] })),
        },
      ],
    };
  },
};

function draw(area) {
  const source = document.getElementById(area.dataset.chart);
  if (!source || area.dataset.drawn) return;
  area.dataset.drawn = "1";
  const spec = JSON.parse(source.textContent);
  const picture = init(area);
  const measure = () => (spec.narrow = area.clientWidth < 480);
  measure();
  const paint = () => picture.setOption((SHAPES[spec.type] ?? SHAPES.bar)(spec, look()), true);
  paint();
  picture.on("click", (event) => {
    const url = spec.series[event.seriesIndex]?.urls?.[event.dataIndex] ?? spec.urls?.[event.dataIndex];
    if (url) location.href = url;
  });
  const watcher = new ResizeObserver(() => {
    if (!area.isConnected) return close();
    picture.resize();
    if (spec.narrow !== measure()) paint(); // a telephone was turned: names need another place
  });
  const close = () => {
    watcher.disconnect();
    picture.dispose();
    document.removeEventListener("keqiao:theme", paint);
  };
  watcher.observe(area);
  document.addEventListener("keqiao:theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
document.addEventListener("htmx:after:swap", drawAll);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", drawAll);
else drawAll();
